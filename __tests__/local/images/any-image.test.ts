import { createHash, randomUUID } from "node:crypto";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { PROJECT_FOLDER } from "../../../project";
import { Checkout, SUFFIX, changesOf } from "../e2e/support/checkout";
import { ORIGIN } from "../e2e/support/local-aws";
import { ANY, NONE_BUT_SCRATCH } from "./catalogues";

vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));
const token = randomUUID();

const offer = (catalogue: string) => {
  writeFileSync(path.join(checkout.folder, "services", "index.ts"), catalogue);
};
const up = async () => checkout.run("npx platform up", 900, { BUILD_TOKEN: token });
const answer = async (service: string) => (await fetch(`${ORIGIN}/${service}`)).text();

/** The files below a folder of the machine that contain the secret. */
async function holding(folder: string): Promise<string> {
  const mount = `${folder}:/looked-at:ro`;
  const grep = [
    "grep",
    "--recursive",
    "--files-with-matches",
    "--fixed-strings",
    token,
    "/looked-at",
  ];
  const run = ["run", "--rm", "--volume", mount, "debian:trixie-slim", ...grep];
  const { stdout, exitCode } = await execa("docker", run, { reject: false });
  // 1: no match.
  expect([0, 1, 2]).toContain(exitCode);
  return stdout;
}

beforeAll(() => {
  cpSync(path.join(__dirname, "services"), path.join(checkout.folder, "services"), {
    recursive: true,
  });
});

afterAll(async () => {
  await checkout.run("npx platform down", 300);
});

describe("images that do not know the platform", () => {
  test("are deployed as they are", async () => {
    offer(ANY);
    expect((await up()).exitCode).toBe(0);
    expect(await answer("scratch")).toBe("from scratch\n");
    expect(await answer("slow")).toBe("written to /tmp\n");
    expect(await answer("writer")).toBe("written to /tmp\n");
    const decisions = readFileSync(path.join(checkout.folder, "docs", "decisions.md"), "utf8");
    expect(await answer("shop")).toBe(decisions);
    expect(await answer("sealed")).toBe(`${createHash("sha256").update(token).digest("hex")}\n`);
  });

  test("keep a build's secret out of image, builder, state, plan and log", async () => {
    const command = `bash -c 'eval "$(npx platform env)" && npx platform plan'`;
    const { exitCode, output } = await checkout.run(command, 300);
    expect(exitCode).toBe(0);
    expect(output).not.toContain(token);
    expect(await holding(path.join(checkout.folder, ".platform"))).toBe("");
    // The type of the library lacks it.
    const { DockerRootDir } = (await new Docker().info()) as { DockerRootDir: string };
    expect(await holding(path.join(DockerRootDir, "buildkit"))).toBe("");
    const saved = path.join(checkout.folder, ".platform", "sealed.tar");
    const [image] = await new Docker().listImages({
      filters: { reference: [`*/platform-${SUFFIX}/sealed`] },
    });
    await execa("docker", ["save", "--output", saved, image?.Id ?? "none"]);
    expect(await holding(saved)).toBe("");
    rmSync(saved);
  });

  test("are not changed by a second deployment, even with another secret", async () => {
    const { output } = await checkout.run("npx platform up", 900, { BUILD_TOKEN: randomUUID() });
    const changes = ["registry", "images", "platform"].map((stack) => changesOf(stack, output));
    expect(changes).toEqual(Array(3).fill("0 to add, 0 to change, 0 to destroy"));
  });

  test("are rolled when their sources change", async () => {
    checkout.append("services/scratch/main.go", "\n// edition 2\n");
    checkout.append("services/served/server.py", "\n# edition 2\n");
    const { exitCode, output } = await up();
    expect(exitCode).toBe(0);
    // Build, image, probe, health, pushed of each.
    expect(changesOf("images", output)).toBe("25 to add, 0 to change, 25 to destroy");
    expect(await answer("slow")).toBe("written to /tmp\n");
  });

  test("leave nothing behind when they are removed", async () => {
    offer(NONE_BUT_SCRATCH);
    const { exitCode, output } = await up();
    expect(exitCode).toBe(0);
    expect(output).toMatch(/✔ Stack registry without .*: 0 to add, 0 to change, 8 to destroy/);
    expect(await answer("scratch")).toBe("from scratch\n");
    expect((await fetch(`${ORIGIN}/shop`)).status).toBe(404);
  });
});
