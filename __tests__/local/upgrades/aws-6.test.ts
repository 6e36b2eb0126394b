import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { cdktnVersion } from "../../../tools/cdktn/manifest";
import { PROJECT_FOLDER } from "../../../project";
import { VERSIONS } from "../../../spec/versions";
import { ProjectCopy } from "./support/project-copy";
import { type SynthesizedJson, differences, synthesizeCopy } from "./support/synthesized-json";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** The last bindings of cdktf, and the provider version that they are generated from. */
const BINDINGS = "@cdktf/provider-aws@21.22.1";
const PROVIDER = "6.25.0";

const manifest = readFileSync(path.join(PROJECT_FOLDER, "package.json"), "utf8");

(cdktnVersion(manifest) === undefined ? describe : describe.skip)(
  "with AWS provider 6, the project",
  () => {
    let copy: ProjectCopy;
    let before: SynthesizedJson;

    beforeAll(async () => {
      copy = await ProjectCopy.make();
      before = await synthesizeCopy(copy);
      const versions = path.join(copy.folder, "spec", "versions.ts");
      const text = readFileSync(versions, "utf8");
      writeFileSync(versions, text.replace(`aws: "${VERSIONS.aws}"`, `aws: "${PROVIDER}"`));
      await copy.installOne(BINDINGS);
    });
    afterAll(() => {
      copy.remove();
    });

    test("compiles", async () => {
      await copy.run("tsc", ["--noEmit"]);
    });

    test("gives Terraform the same configuration, except for the provider's version", async () => {
      const version = { before: VERSIONS.aws, after: PROVIDER };
      expect(differences(before, await synthesizeCopy(copy))).toEqual({
        "registry: terraform.required_providers.aws.version": version,
        "images: terraform.required_providers.aws.version": version,
        "platform: terraform.required_providers.aws.version": version,
      });
    });
  },
);
