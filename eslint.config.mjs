import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", ".platform/", "services/*/", "tools/bench/cdk/"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,mts}"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Numbers in messages (ports, seconds) need no conversion to be read.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Resources are created for their effect on the stack; most are never read again.
      "no-new": "off",
      "no-restricted-imports": [
        "error",
        {
          paths: ["aws", "docker", "tfe"].map((provider) => ({
            name: `@cdktf/provider-${provider}`,
            message: "Import the resource by its deep path: the barrel costs seconds and 750 MB.",
          })),
        },
      ],
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "env",
          message: "project.ts is the only reader of the environment.",
        },
      ],
    },
  },
  {
    // Jest's asymmetric matchers are typed as `any`; they stand where a value would.
    files: ["__tests__/**"],
    rules: { "@typescript-eslint/no-unsafe-assignment": "off" },
  },
  {
    files: ["bin/*.mjs"],
    languageOptions: { globals: { console: "readonly", process: "readonly" } },
  },
  { files: ["project.ts"], rules: { "no-restricted-properties": "off" } },
);
