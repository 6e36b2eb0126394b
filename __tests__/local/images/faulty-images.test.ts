import { cpSync, writeFileSync } from "node:fs";
import path from "node:path";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { PROJECT_FOLDER } from "../../../project";
import { Checkout, SUFFIX } from "../e2e/support/checkout";
import { pushedImages } from "../e2e/support/local-aws";
import { FAULTS, FAULTY } from "./catalogues";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));
const up = async () => checkout.run("npx platform up", 600);

beforeAll(() => {
  const faulty = path.join("services", "faulty");
  cpSync(path.join(__dirname, faulty), path.join(checkout.folder, faulty), { recursive: true });
  writeFileSync(path.join(checkout.folder, "services", "index.ts"), FAULTY);
});

afterAll(async () => {
  await checkout.run("npx platform down", 300);
});

describe("images that never become healthy", () => {
  test("are all told apart in one deployment, and none is pushed", async () => {
    const { exitCode, output } = await up();
    expect(exitCode).toBe(1);
    for (const [name, says] of Object.entries(FAULTS)) {
      const own = output.slice(output.indexOf(`platform-${name}-probe-use1-${SUFFIX} `));
      const section = own.slice(0, own.indexOf(`docker logs platform-${name}-probe`));
      for (const words of says) expect(section).toContain(words);
      expect(await pushedImages(name)).toEqual([]);
    }
  });

  test("are probed anew by the next deployment, also those that have ended", async () => {
    const ids = async () => {
      const docker = new Docker();
      const names = ["crashes", "mute"].map((name) => `platform-${name}-probe-use1-${SUFFIX}`);
      return Promise.all(names.map(async (name) => (await docker.getContainer(name).inspect()).Id));
    };
    const before = await ids();
    expect((await up()).exitCode).toBe(1);
    for (const [index, id] of (await ids()).entries()) expect(id).not.toBe(before[index]);
  });
});
