/** The folder of a package inside this project, next to `main.ts`. */
export const BRIDGE_FOLDER = "cdktf-bridge";

/**
 * A package named `cdktf` that re-exports cdktn, so that bindings made for cdktf share one library with
 * the stacks. An npm alias would install a second copy, with incompatible types. The version satisfies
 * the bindings' peer dependency.
 */
export const BRIDGE_FILES: Readonly<Record<string, string>> = {
  "package.json": `${JSON.stringify(
    {
      name: "cdktf",
      version: "0.21.0",
      private: true,
      description: "cdktn, for bindings that were made for cdktf",
      main: "index.js",
      types: "index.d.ts",
    },
    undefined,
    2,
  )}\n`,
  "index.js": `/* global module, require */\nmodule.exports = require("cdktn");\n`,
  "index.d.ts": `export * from "cdktn";\n`,
};
