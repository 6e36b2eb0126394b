import { Testing } from "cdktf";
import { build } from "../main";
import { services } from "../services";
import { readConfig } from "../stacks/config";
import { fixture } from "./support/services";
import { containers, synthesize } from "./support/synth";

describe.each([
  ["the catalogue", services],
  ["the fixture", fixture],
])("the three stacks of %s", (_, catalogue) => {
  const { registry, images, platform } = synthesize(catalogue);

  test("registry depends on nothing", () => {
    expect(registry.dependencies).toEqual([]);
  });

  test("images cannot be planned before registry", () => {
    expect(images.dependencies).toEqual(["registry"]);
    for (const image of images.resources("docker_image")) {
      expect(image["name"]).toContain("data.terraform_remote_state");
      expect(image["name"]).toContain("registry.outputs");
    }
  });

  test("platform cannot be planned before images", () => {
    expect(platform.dependencies).toContain("images");
  });

  test("every container image in every task definition is a reference to an output of images", () => {
    const names = containers(platform).map(({ name }) => name);
    expect(names.sort()).toEqual(Object.keys(catalogue).sort());
    for (const { image } of containers(platform)) {
      expect(image).toMatch(
        /^\$\{data\.terraform_remote_state\.cross-stack-reference-input-images\.outputs\.[\w-]+\}$/,
      );
    }
  });

  test("what images outputs is a repository with a digest, never a tag", () => {
    for (const [service] of Object.entries(catalogue)) {
      const references = Object.entries(images.json["locals"] ?? {}).filter(([id]) =>
        id.startsWith(`${service}_reference`),
      );
      expect(references).toHaveLength(1);
      expect(references[0]?.[1]).toMatch(/^.+@\$\{docker_registry_image\..+\.sha256_digest\}$/);
    }
  });
});

test("the tree of constructs", () => {
  const app = Testing.app();
  build(app, readConfig({}).config, services);
  expect(Testing.renderConstructTree(app)).toMatchInlineSnapshot();
});
