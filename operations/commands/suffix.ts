import { previewSuffix } from "../../spec/environment/preview-suffix";
import { Refusal } from "../terminal/refusal";
import { run } from "../terminal/run";

/** `npm run --silent suffix -- BRANCH`: prints the suffix of the branch's preview, and nothing else. */
function suffix([branch, ...more]: readonly string[]): void {
  if (!branch || more.length > 0) {
    throw new Refusal("suffix takes one branch.", "npm run --silent suffix -- feature/login");
  }
  console.log(previewSuffix(branch));
}

run(async () => {
  suffix(process.argv.slice(2));
  return Promise.resolve();
});
