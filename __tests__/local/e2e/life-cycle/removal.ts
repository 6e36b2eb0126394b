import Docker from "dockerode";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { PORT } from "../support/checkout";
import { invalidRequests } from "../support/local-aws";
import { checkout } from "./checkout";

test("every request is valid according to AWS's own models", async () => {
  expect(await invalidRequests()).toEqual([]);
});

test("down leaves nothing, even after an interrupted up", async () => {
  checkout.edit("services/flask-api/flask_api/about.py", '{"service"', '{"edition": 3, "service"');
  const interrupted = checkout.start("npx platform up", 300);
  await checkout.untilShown(interrupted, "Stack images");
  await sleep(5000);
  checkout.pressCtrlC(interrupted);
  expect(await checkout.exitCodeOf(interrupted)).toBe(130);

  const { exitCode, output } = await checkout.run("npx platform down", 600);
  expect(output).toContain("Nothing is left.");
  expect(exitCode).toBe(0);
  const label = [`fargate-platform.local-aws=${PORT}`];
  const docker = new Docker();
  expect(await docker.listContainers({ all: true, filters: { label } })).toEqual([]);
  expect((await docker.listVolumes({ filters: { label } })).Volumes).toEqual([]);
  expect(await docker.listNetworks({ filters: { label } })).toEqual([]);
  const tags = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
  expect(tags.filter((tag) => tag.startsWith(`127.0.0.1:${PORT}/`))).toEqual([]);
});
