import { existsSync } from "node:fs";
import { readFileStateSettings } from "../../local/aws/settings";
import { EMULATOR_PYTHON } from "./emulator";

const TOOLS = {
  providers: {
    file: () => readFileStateSettings().environment.TF_CLI_CONFIG_FILE,
    from: "npx platform up",
  },
  python: { file: () => EMULATOR_PYTHON, from: "npm run test:emulator" },
} as const;

/**
 * Whether this machine has Terraform's providers, or the Python of the local AWS. Says which command gets
 * what is missing: the tests that need it are skipped.
 */
export function hasTools(tests: string, ...tools: readonly (keyof typeof TOOLS)[]): boolean {
  const missing = tools.filter((tool) => !existsSync(TOOLS[tool].file()));
  for (const tool of missing) {
    console.warn(`${tests} skipped: this machine has no ${tool}; ${TOOLS[tool].from} gets them`);
  }
  return missing.length === 0;
}
