import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { additions } from "../../additions";
import { environments } from "../../environments";
import { PROJECT_FOLDER } from "../../project";
import { services } from "../../services";
import { accountSetup, asSet, references } from "../variants";
import { ACCEPTED_FILE, type Accepted, accepting, differences } from "./accepted";
import { scan } from "./scan";

/**
 * Judges the stacks of every environment, and of a reference catalogue, by Checkov's rules for AWS. Fails
 * on a finding that is not accepted, and on an accepted one that is gone.
 */
async function main([checkov = "checkov", option]: readonly string[]): Promise<number> {
  const variants = [...references(), accountSetup(), ...asSet(services, environments, additions)];
  const found = await scan(checkov, variants, path.join(PROJECT_FOLDER, ".platform", "checkov"));
  const file = path.join(PROJECT_FOLDER, ACCEPTED_FILE);
  // Written below, and by a person: its reasons are checked.
  const accepted = JSON.parse(readFileSync(file, "utf8")) as Accepted[];
  if (option === "--accept") {
    const list = accepting(found, accepted);
    writeFileSync(file, `${JSON.stringify(list, undefined, 2)}\n`);
    console.log(`${ACCEPTED_FILE}: ${list.length} checks; write the reasons that are missing`);
    return 0;
  }
  const problems = differences(found, accepted);
  for (const problem of problems) console.error(problem);
  const places = accepted.reduce((sum, { where }) => sum + where.length, 0);
  console.log(
    `${variants.length} environments, ${found.length} findings, ${problems.length} problems; ${places} places accepted by ${accepted.length} reasons`,
  );
  return problems.length > 0 ? 1 : 0;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
