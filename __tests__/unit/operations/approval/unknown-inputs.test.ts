import { describe, expect, test } from "vitest";
import { withUnknown } from "../../../../operations/approval/unknown-inputs";
import { parseSynthesizedStack } from "../../../../operations/terraform/synthesized-stack";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

describe("a stack with unknown inputs", () => {
  const { platform } = synthesize(fixture);
  const { inputs } = parseSynthesizedStack("platform", platform.json);

  test("reads no earlier state when all of them are unknown", () => {
    const text = JSON.stringify(withUnknown(platform.json, inputs));
    expect(inputs.length).toBeGreaterThan(5);
    expect(text).not.toContain("terraform_remote_state");
    expect(text).toContain("terraform_data.unknown-until-applied.id");
  });

  test("keeps the others as they are", () => {
    const [first] = inputs;
    if (!first) throw new Error("platform has inputs");
    const changed = parseSynthesizedStack("platform", withUnknown(platform.json, [first]));
    const rest = inputs.filter(({ output }) => output !== first.output);
    expect(changed.inputs).toEqual(rest);
    expect(changed.resources.size).toBe(
      parseSynthesizedStack("platform", platform.json).resources.size + 1,
    );
  });

  test("has them replaced wherever they are used, and nothing else changed", () => {
    const output = (name: string) =>
      `\${data.terraform_remote_state.cross-stack-reference-input-${name}}`;
    const url = output("registry.outputs.url");
    const unknown = "${terraform_data.unknown-until-applied.id}";
    const kept = {
      longer: output("registry.outputs.url-of-web"),
      digest: output("images.outputs.digest"),
      size: 1,
      on: true,
      none: null,
    };
    const states = (...names: string[]) =>
      Object.fromEntries(
        names.map((name) => [`cross-stack-reference-input-${name}`, { backend: "s3" }]),
      );
    const json = {
      data: {
        aws_region: { here: {} },
        terraform_remote_state: states("registry", "images", "other"),
      },
      resource: {
        aws_thing: { web: { ...kept, text: `${url} and ${url}`, list: [url, "b"] } },
        terraform_data: { own: {} },
      },
    };
    const input = { producer: "registry", output: "url", user: "aws_thing.web" } as const;
    expect(withUnknown(json, [input])).toEqual({
      data: { aws_region: { here: {} }, terraform_remote_state: states("registry", "images") },
      resource: {
        aws_thing: { web: { ...kept, text: `${unknown} and ${unknown}`, list: [unknown, "b"] } },
        terraform_data: { own: {}, "unknown-until-applied": {} },
      },
    });
  });

  test("has no data sources left if they were all earlier states", () => {
    const reference =
      "${data.terraform_remote_state.cross-stack-reference-input-images.outputs.id}";
    const json = {
      data: { terraform_remote_state: { "cross-stack-reference-input-images": {} } },
      locals: { id: reference },
    };
    const input = { producer: "images", output: "id", user: "local.id" } as const;
    expect(Object.keys(JSON.parse(JSON.stringify(withUnknown(json, [input]))) as object)).toEqual([
      "locals",
      "resource",
    ]);
  });
});
