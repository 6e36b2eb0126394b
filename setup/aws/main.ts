import { synthesizeApp } from "../../stacks/options/app";
import { REFUSED, makeOutputFolder } from "../../project";
import { AccountStack } from "./account";
import { readSettings } from "./settings";

/** `npx platform setup`: the one-time setup of an account, before pipelines deploy to it. */
function main(): void {
  const { settings, problems } = readSettings();
  if (problems.length > 0) {
    console.error(["Nothing was synthesized:", ...problems].join("\n  - "));
    process.exit(REFUSED);
  }
  makeOutputFolder();
  synthesizeApp((app) => new AccountStack(app, "account", settings));
}

if (require.main === module) main();
