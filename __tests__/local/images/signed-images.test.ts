import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { BatchDeleteImageCommand } from "@aws-sdk/client-ecr";
import { execaSync } from "execa";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { logIn } from "../../../operations/images/registry-login";
import { PROJECT_FOLDER } from "../../../project";
import { signatureTag } from "../../../spec/image-tags";
import { Checkout, PORT, changesOf, noChange } from "../e2e/support/checkout";
import { ecr, pushedImages } from "../e2e/support/local-aws";

vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 1_200_000 });

const COSIGN = "go install github.com/sigstore/cosign/v3/cmd/cosign@v3.1.2";

const present = !execaSync("cosign", ["version"], { reject: false }).failed;
if (!present) console.warn(`signed images skipped: this machine has no cosign; ${COSIGN} gets it`);

const CATALOGUE = `import { defineServices } from "../spec/service/spec";

export const services = defineServices({
  web: { port: 8101, health: "/", path: "/web", size: { cpu: 256, memory: 512 } },
});
`;

const ENVIRONMENTS = `import { services } from "./services";
import { defineEnvironments } from "./spec/environment/settings";

export const environments = defineEnvironments(services, {
  preview: {},
  local: {},
  signed: { sign: true },
  taken: { sign: true, promoteFrom: { environment: "signed" } },
});
`;

describe.skipIf(!present)("an environment that signs", () => {
  const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));
  const docker = path.join(checkout.folder, ".platform", "docker");

  const up = async (suffix: string) =>
    checkout.run("npx platform up", 1_100, { PLATFORM_SUFFIX: suffix });

  /** Runs a command in a shell that points to the local AWS. */
  const shell = async (suffix: string, command: string) =>
    checkout.run(`bash -c 'eval "$(npx platform env)" && ${command}'`, 120, {
      PLATFORM_SUFFIX: suffix,
      DOCKER_CONFIG: docker,
    });

  const digestOf = async (suffix: string) => {
    const images = await pushedImages("web", suffix);
    const image = images.find(({ imageTags = [] }) => !imageTags.join().endsWith(".sig"));
    return image?.imageDigest ?? "";
  };

  const referenceOf = async (suffix: string) =>
    `127.0.0.1:${PORT}/platform-${suffix}/web@${await digestOf(suffix)}`;

  /** With the key of one environment, and the image of another. */
  const cosign = async (key: string, suffix: string) => {
    const { username, password } = await logIn(ecr);
    const auth = Buffer.from(`${username}:${password}`).toString("base64");
    const auths = { [`127.0.0.1:${PORT}`]: { auth } };
    mkdirSync(docker, { recursive: true });
    writeFileSync(path.join(docker, "config.json"), JSON.stringify({ auths }));
    const options = "--insecure-ignore-tlog --allow-http-registry";
    const by = `--key awskms:///alias/platform-images-${key}`;
    return shell(suffix, `cosign verify ${by} ${options} ${await referenceOf(suffix)}`);
  };

  beforeAll(() => {
    writeFileSync(path.join(checkout.folder, "services", "index.ts"), CATALOGUE);
    cpSync(
      path.join(__dirname, "..", "scan", "service"),
      path.join(checkout.folder, "services", "web"),
      { recursive: true },
    );
    writeFileSync(path.join(checkout.folder, "environments.ts"), ENVIRONMENTS);
  });

  afterAll(async () => {
    for (const suffix of ["taken", "signed"]) {
      await checkout.run("npx platform down", 300, { PLATFORM_SUFFIX: suffix });
    }
  });

  test("has images that cosign verifies with its key", async () => {
    expect((await up("signed")).exitCode).toBe(0);
    const { exitCode, output } = await cosign("signed", "signed");
    expect(exitCode).toBe(0);
    expect(output).toContain(await digestOf("signed"));
  });

  test("signs nothing again where nothing has changed", async () => {
    const { output } = await up("signed");
    expect(changesOf("registry", output)).toBe(noChange);
    expect(changesOf("images", output)).toBe(noChange);
    const again = await shell(
      "signed",
      `npx platform sign-image web ${await referenceOf("signed")}`,
    );
    expect(again.output).toContain("web is signed already");
  });

  let signAgain = "";

  test("promotes no image whose signature is gone, and says how it is signed again", async () => {
    const repositoryName = "platform-signed/web";
    const imageIds = [{ imageTag: signatureTag(await digestOf("signed")) }];
    await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));
    const { exitCode, output } = await up("taken");
    expect(exitCode).toBe(1);
    expect(output).toContain("web of signed has no signature");
    expect(output).toContain("web was not pushed; the platform is untouched.");
    expect(output).not.toContain("local-exec");
    expect(await digestOf("taken")).toBe("");
    [signAgain = ""] = /eval .* npx platform sign-image web \S+/.exec(output) ?? [];
    expect(signAgain).toContain(await referenceOf("signed"));
  });

  test("promotes a signed one, and signs it with its own key", async () => {
    const signed = await checkout.run(`bash -c '${signAgain}'`, 120);
    expect(signed.output).toMatch(/web is signed$/m);
    expect((await up("taken")).exitCode).toBe(0);
    expect(await digestOf("taken")).toBe(await digestOf("signed"));
    expect((await cosign("taken", "taken")).exitCode).toBe(0);
    const byAnother = await cosign("signed", "taken");
    expect(byAnother.exitCode).not.toBe(0);
    expect(byAnother.output).toMatch(/no matching signatures|invalid signature/);
  });
});
