import { expect, test } from "vitest";
import { type Evidence, problemsOf } from "../../../../local/verification/verification";
import type { ServiceSpec } from "../../../../spec/service/spec";
import { fixture } from "../../../support/services";

const sound: Evidence = {
  spec: fixture.web,
  status: {
    service: "web",
    running: 2,
    desired: 2,
    unhealthy: 0,
    digests: ["sha256:aa"],
    addresses: ["10.0.0.1", "10.0.0.2"],
    containers: ["c"],
  },
  pushed: "host/web@sha256:aa",
  inside: [],
  outside: 200,
};
const { status } = sound;
const question = { from: "web", to: "web", expected: "name" } as const;

test("a service that answers, runs the pushed image and has its name has no problems", () => {
  expect(problemsOf(sound)).toEqual([]);
});

test("a private service is not requested through the load balancer", () => {
  expect(problemsOf({ ...sound, spec: fixture.orders, outside: undefined })).toEqual([]);
});

test("a 404 from the service counts as an answer", () => {
  expect(problemsOf({ ...sound, outside: 404 })).toEqual([]);
});

test("an unhealthy task is no problem once another one is healthy in its place", () => {
  expect(problemsOf({ ...sound, status: { ...status, running: 3, unhealthy: 1 } })).toEqual([]);
});

test("a worker that may have no task has none while nothing waits in its queue", () => {
  const spec: ServiceSpec = {
    size: { cpu: 256, memory: 512 },
    receives: ["orders"],
    scaling: { min: 0, max: 4, backlog: 100 },
  };
  const none = { ...status, running: 0, desired: 0, digests: [], addresses: [], containers: [] };
  const evidence = { ...sound, spec, outside: undefined };
  expect(problemsOf({ ...evidence, status: none })).toEqual([]);
  expect(problemsOf({ ...evidence, status: { ...none, desired: 1 } })).toContain(
    "runs 0 of 1 tasks",
  );
});

test.each<[string, Partial<Evidence>, string]>([
  ["a missing task", { status: { ...status, running: 1 } }, "runs 1 of 2 tasks"],
  [
    "a task that runs but is unhealthy",
    { status: { ...status, unhealthy: 1 } },
    "runs 2 of 2 tasks, 1 unhealthy",
  ],
  ["no task at all", { status: { ...status, running: 0, desired: 0 } }, "runs 0 of 0 tasks"],
  [
    "another image",
    { status: { ...status, digests: ["sha256:bb"] } },
    "runs sha256:bb, but sha256:aa was pushed",
  ],
  [
    "two images",
    { status: { ...status, digests: ["sha256:aa", "sha256:bb"] } },
    "sha256:aa and sha256:bb",
  ],
  ["no image", { pushed: undefined }, "was never pushed"],
  [
    "a wrong answer inside the network",
    { inside: [{ question, answer: { error: "no such name", replies: {} } }] },
    "its Cloud Map name does not resolve: no such name",
  ],
  ["an error from outside", { outside: 503 }, "/ through the load balancer: 503"],
  ["a timeout from outside", { outside: "timed out" }, "/ through the load balancer: timed out"],
])("%s is a problem with its reason", (_, evidence, reason) => {
  expect(problemsOf({ ...sound, ...evidence }).join("\n")).toContain(reason);
});
