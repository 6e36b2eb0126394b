import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { inSigns, ourAnswer, withTree } from "../../../../support/builder-verdicts/answers";
import { PATHS } from "../../../../support/builder-verdicts/tree";

const RECORDED = path.join(__dirname, "../../../../support/builder-verdicts/verdicts.tsv");

/** The builder's verdicts on ignore files, recorded from its own modules. */
const [header = "", ...lines] = readFileSync(RECORDED, "utf8").trimEnd().split("\n");
const verdicts = lines.map((line): [rules: string, verdict: string] => {
  const [verdict = "", rules = ""] = line.split("\t");
  // JSON text of the recorder.
  return [JSON.parse(rules) as string, verdict];
});

test("the verdicts were recorded on this tree", () => {
  expect(header).toBe(`verdict\t${JSON.stringify(PATHS)}`);
  expect(verdicts.length).toBeGreaterThan(300);
});

test("what we hash is what the builder sends, for every recorded ignore file", () => {
  const ours = withTree((tree, folder) =>
    verdicts.map(([rules]): [string, string] => [rules, inSigns(ourAnswer(tree, folder, rules))]),
  );
  expect(ours).toEqual(verdicts);
});
