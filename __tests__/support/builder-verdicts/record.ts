import { writeFileSync } from "node:fs";
import path from "node:path";
import { buildersAnswers, inSigns, withTree } from "./answers";
import { SYNTAX, TELLING, randomRules, randomSyntax } from "./rules";
import { PATHS } from "./tree";

/** `npm run verdicts:record`: asks the builder's modules, and keeps their verdicts for the unit test. */
const files = [...TELLING, ...SYNTAX, ...randomRules(250, 1), ...randomSyntax(150, 1)];
const answers = withTree((tree) => buildersAnswers(tree, files));
const lines = files.map((rules, index) => `${inSigns(answers[index])}\t${JSON.stringify(rules)}`);
writeFileSync(
  path.join(__dirname, "verdicts.tsv"),
  [`verdict\t${JSON.stringify(PATHS)}`, ...lines, ""].join("\n"),
);
