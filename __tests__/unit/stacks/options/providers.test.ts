import { expect, test } from "vitest";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

const { registry, images, platform } = synthesize(fixture);

test("every stack has AWS in the environment's region, and plans no change of a tag that a command writes", () => {
  for (const { json } of [registry, images, platform]) {
    expect(json["provider"]?.["aws"]).toMatchObject([
      { region: "us-east-1", ignore_tags: [{ keys: ["ExpiresAt", "RestoredFrom"] }] },
    ]);
  }
});

test("only images talks to a Docker engine, which is logged in to the registry", () => {
  expect(images.json["provider"]?.["docker"]).toMatchObject([
    {
      registry_auth: [{ address: expect.stringMatching(/\.dkr\.ecr\.us-east-1\.amazonaws\.com$/) }],
    },
  ]);
  for (const { json } of [registry, platform]) {
    expect(Object.keys(json["provider"] ?? {})).toEqual(["aws"]);
  }
});
