/** A package of the project's own, beside `main.ts`. */
export const BRIDGE_FOLDER = "cdktf-bridge";

/**
 * A package that is called `cdktf` and is cdktn: bindings that were made for cdktf find it as what
 * they require, and share one library with the stacks. An npm alias would install a second copy, whose
 * types do not fit the first one's. The version is what the bindings' peer dependency asks for.
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
