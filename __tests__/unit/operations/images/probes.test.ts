import { expect, test, vi } from "vitest";
import { isLocked } from "../../../../operations/failures/known-errors";
import Docker from "dockerode";
import { isNameTaken, removeStrayProbes } from "../../../../operations/images/probes";
import { StackFailure } from "../../../../operations/terraform/terraform-process";
import * as stacks from "../../../../operations/terraform/terraform-stack";
import { readConfig } from "../../../../project";

const failed = (error: string) => new StackFailure("images", [error]);

const CONFLICT =
  'Unable to create container: Error response from daemon: Conflict. The container name "/platform-web-probe-use1-dev" is already in use by container "9f3c". You have to remove (or rename) that container to be able to reuse that name.';

test("a probe that a killed run left behind is recognized by its name conflict", () => {
  expect(isNameTaken(failed(CONFLICT))).toBe(true);
  expect(isNameTaken(failed("container failed to be in healthy state"))).toBe(false);
  expect(isNameTaken(new Error(CONFLICT))).toBe(false);
});

test("a run that does not get the state lock leaves the lock holder's probes alone", () => {
  expect(isLocked(failed("Error acquiring the state lock: PreconditionFailed"))).toBe(true);
  expect(isLocked(failed(CONFLICT))).toBe(false);
});

test("only probes that the state does not know are removed", async () => {
  vi.spyOn(stacks, "readState").mockResolvedValue({ resources: [{ id: "known" }] });
  const docker = new Docker({ socketPath: "/nowhere/docker.sock" });
  // The only fields of a container that are read.
  const probes = [
    { Id: "known", Names: ["/platform-web-probe-use1-dev"] },
    { Id: "stray", Names: ["/platform-orders-probe-use1-dev"] },
    { Id: "of another region", Names: ["/platform-orders-probe-euw1-dev"] },
  ];
  vi.spyOn(docker, "listContainers").mockResolvedValue(probes as Docker.ContainerInfo[]);
  const removed: string[] = [];
  vi.spyOn(docker, "getContainer").mockImplementation((id) => {
    return { remove: () => Promise.resolve(removed.push(id)) } as unknown as Docker.Container;
  });
  const { signal } = new AbortController();
  const options = { terraform: "", environment: {}, signal, report: () => undefined };
  await removeStrayProbes(docker, readConfig({}).config, options);
  expect(removed).toEqual(["stray"]);
});
