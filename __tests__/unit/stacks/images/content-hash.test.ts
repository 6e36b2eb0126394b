import { expect, test } from "vitest";
import { type BuildInputs, contentHash } from "../../../../stacks/images/content-hash";

const hash = (inputs: Partial<BuildInputs> = {}) =>
  contentHash({ context: "a digest", platform: "linux/amd64", buildArguments: {}, ...inputs });

test.each<[string, Partial<BuildInputs>]>([
  ["the context", { context: "another digest" }],
  ["a build argument", { buildArguments: { VERSION: "2" } }],
  ["the platform", { platform: "linux/arm64" }],
])("%s changes the hash", (_, inputs) => {
  expect(hash(inputs)).not.toBe(hash());
});

test("the order of the build arguments does not change the hash", () => {
  expect(hash({ buildArguments: { A: "1", B: "2" } })).toBe(
    hash({ buildArguments: { B: "2", A: "1" } }),
  );
});
