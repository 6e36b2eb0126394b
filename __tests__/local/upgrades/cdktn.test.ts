import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { cdktnVersion } from "../../../tools/cdktn/manifest";
import { NODE } from "../../../tools/cdktn/packages";
import { PROJECT_FOLDER, environment } from "../../../project";
import { ProjectCopy } from "./support/project-copy";
import {
  type SynthesizedJson,
  differences,
  readSynthesizedJson,
  synthesizeCopy,
} from "./support/synthesized-json";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const SWITCH = ["node", ["bin/platform.mjs", "switch-to-cdktn"]] as const;

const manifest = readFileSync(path.join(PROJECT_FOLDER, "package.json"), "utf8");

(cdktnVersion(manifest) === undefined ? describe : describe.skip)("on cdktn, the project", () => {
  let copy: ProjectCopy;
  let before: SynthesizedJson;
  let after: SynthesizedJson;
  let printed = "";

  beforeAll(async () => {
    copy = await ProjectCopy.make();
    before = await synthesizeCopy(copy);
    printed = await copy.run(...SWITCH);
    await copy.installAll();
    after = await synthesizeCopy(copy);
  });
  afterAll(() => {
    copy.remove();
  });

  test("gives Terraform the same, except for its own version and a longer name of the same provider", () => {
    const version = { before: "0.21.0", after: "0.24.0" };
    const source = { before: "aws", after: "hashicorp/aws" };
    expect(differences(before, after)).toEqual({
      "manifest: version": version,
      "registry: //.metadata.version": version,
      "images: //.metadata.version": version,
      "platform: //.metadata.version": version,
      "registry: terraform.required_providers.aws.source": source,
      "images: terraform.required_providers.aws.source": source,
      "platform: terraform.required_providers.aws.source": source,
    });
  });

  test("has no cdktf package except the bridge and bindings without a successor here", () => {
    const found = (name: string) => existsSync(path.join(copy.folder, "node_modules", name));
    expect(["cdktn", "cdktn-cli", "@cdktn/provider-aws"].map(found)).toEqual([true, true, true]);
    expect(["cdktf-cli", "@cdktf/provider-aws"].map(found)).toEqual([false, false]);
    expect(found("@cdktf/provider-docker")).toBe(!found("@cdktn/provider-docker"));
    expect(["cdktf", "@cdktf/provider-tfe"].map(found)).toEqual([true, true]);
  });

  test("compiles", async () => {
    await copy.run("tsc", ["--noEmit"]);
  });

  test("passes lint in its changed files", async () => {
    const written = ["cdktf-bridge", "stacks", "main.ts"];
    await copy.run("eslint", ["--no-error-on-unmatched-pattern", ...written]);
    await copy.run("prettier", ["--check", "package.json", "README.md", ...written]);
  });

  test("passes the tests of its stacks", async () => {
    const files = ["main", "stacks/registry", "stacks/images", "stacks/platform/"].map(
      (name) => `__tests__/unit/${name}`,
    );
    await copy.run("vitest", ["run", "--project", "unit", ...files]);
  });

  test("gets a list of the changes, the next steps and the remaining words", () => {
    expect(printed).toContain("cdktf → cdktn 0.24.0");
    expect(printed).toContain("npm install && npm test");
    expect(printed).toContain("stacks/registry.ts:");
    expect(printed).not.toContain("__tests__/unit/tools/cdktn");
  });

  test("is switched once: the command changes nothing on the second run", async () => {
    const diff = await copy.run("git", ["status", "--porcelain"]);
    expect(await copy.run(...SWITCH)).toContain("Nothing was changed.");
    expect(await copy.run("git", ["status", "--porcelain"])).toBe(diff);
  });

  test("is synthesized by cdktn's command line as by the library", async () => {
    const node = await nodeOfCli(copy);
    await copy.run(node, ["node_modules/.bin/cdktn", "synth"], {
      env: { PATH: `${path.dirname(node)}${path.delimiter}${environment["PATH"] ?? ""}`, CI: "1" },
    });
    expect(differences(after, readSynthesizedJson(copy))).toEqual({});
  });
});

/** This Node.js if it is new enough for the command line; otherwise one from npm, in the copy. */
async function nodeOfCli(copy: ProjectCopy): Promise<string> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [needed = 0, neededMinor = 0] = NODE.split(".").map(Number);
  if (major > needed || (major === needed && minor >= neededMinor)) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = path.join(copy.folder, ".platform", "node");
  await copy.run("npm", [
    "install",
    "--prefix",
    prefix,
    "--no-audit",
    "--no-fund",
    `${name}@22.23.3`,
  ]);
  return path.join(prefix, "node_modules", name, "bin", "node");
}
