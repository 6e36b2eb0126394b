import { expect, test } from "vitest";
import { SUCCESSORS } from "../../../../tools/cdktn/packages";
import { remainingLines, switchText } from "../../../../tools/cdktn/text";

test.each([
  ['import { App } from "cdktf";', 'import { App } from "cdktn";'],
  [
    'import type { Lb } from "@cdktf/provider-aws/lib/lb";',
    'import type { Lb } from "@cdktn/provider-aws/lib/lb";',
  ],
  ["jest.mock('cdktf/lib/testing')", "jest.mock('cdktn/lib/testing')"],
  ['paths: ["@cdktf/provider-aws", "x"]', 'paths: ["@cdktn/provider-aws", "x"]'],
  ["npx cdktf deploy registry", "npx cdktn deploy registry"],
  ["run: npx cdktf", "run: npx cdktn"],
  ["with plain `cdktf`, which", "with plain `cdktn`, which"],
  ["`cdktf diff` fails", "`cdktn diff` fails"],
])("%s becomes %s", (before, after) => {
  expect(switchText(before, SUCCESSORS)).toBe(after);
});

test.each([
  '"output": ".platform/cdktf.out"',
  "terraform -chdir=.platform/cdktf.out/stacks/platform plan",
  "env: { CDKTF_OUTDIR: folder }",
  "// cdktf 0.21 takes a precondition and does not write it.",
  'import { Image } from "@cdktf/provider-docker/lib/image";',
  'import { x } from "./cdktf";',
  "/opt/cdktf deploy",
])("%s stays unchanged", (text) => {
  expect(switchText(text, SUCCESSORS)).toBe(text);
});

test("the remaining words are listed with their place, except names that cdktn keeps", () => {
  const text = [
    "cdktf.json, .platform/cdktf.out and `@cdktf/provider-docker`",
    "  // Not in cdktf 0.21.",
    "nothing",
  ].join("\n");
  expect(remainingLines("a.ts", text, ["@cdktf/provider-docker"])).toEqual([
    "a.ts:2: // Not in cdktf 0.21.",
  ]);
  expect(remainingLines("a.ts", text, [])).toHaveLength(2);
});
