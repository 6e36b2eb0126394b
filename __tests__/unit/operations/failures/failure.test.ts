import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type MockInstance, afterAll, beforeEach, expect, test, vi } from "vitest";
import { explainFailure } from "../../../../operations/failures/failure";
import {
  StackFailure,
  type StackName,
  stackFolder,
} from "../../../../operations/terraform/terraform-process";
import type { Diagnostic } from "../../../../operations/terraform/diagnostic";
import * as diagnoses from "../../../../operations/diagnosis/service-diagnosis";
import * as synthesis from "../../../../operations/terraform/synthesis";
import { readConfig } from "../../../../project";
import { fixture } from "../../../support/services";
import { targetOf } from "../../../support/target";
import { framed } from "../../../support/engine-log";

const folder = mkdtempSync(path.join(tmpdir(), "failure-"));
beforeEach(() => {
  // Not the folder that a deployment of this checkout may be using now.
  vi.spyOn(synthesis, "SYNTH_FOLDER", "get").mockReturnValue(folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A file in the folder that a stack was synthesized to. */
function inStack(stack: StackName, name: string, content: string): void {
  mkdirSync(stackFolder(stack), { recursive: true });
  writeFileSync(path.join(stackFolder(stack), name), content);
}

const target = targetOf({ ...readConfig({}), services: fixture });

const explain = (stack: StackName, errors: (string | Diagnostic)[], failed: string[]) =>
  explainFailure(new StackFailure(stack, errors, { failed }), target);

test("a failed build shows its last lines, and that the platform is untouched", async () => {
  inStack("images", "web.build.log", "#8 RUN make\nmake: no rule\n");
  const address = "docker_image.images_web_image_0A1B2C3D";
  const summary = "Error running buildx build: exit code: 2";
  const lines = await explain("images", [{ summary, detail: "", address }], [address]);
  expect(lines).toEqual([
    "images failed.",
    "web does not build. Its last lines:",
    "  | #8 RUN make",
    "  | make: no rule",
    "web was not pushed; the platform is untouched.",
    expect.stringMatching(/^→ .* The full output: .*web\.build\.log$/),
    "Terraform said:",
    summary,
  ]);
});

test("an image that was not built shows no lines of an earlier build", async () => {
  inStack("images", "web.build.log", "an earlier build\n");
  const address = "docker_image.images_web_image_0A1B2C3D";
  const summary = "failed to create Docker client: Error pinging Docker server";
  const lines = await explain("images", [{ summary, detail: "", address }], [address]);
  expect(lines).toEqual([
    "images failed.",
    "The container engine does not answer.",
    expect.stringMatching(/^→ Start it/),
    "web was not pushed; the platform is untouched.",
    "Terraform said:",
    summary,
  ]);
});

test("a build that reaches no network is explained from its log, and not as an unreachable AWS", async () => {
  inStack("images", "web.build.log", "#8 RUN npm ci\nnpm error code EAI_AGAIN\n");
  const address = "docker_image.images_web_image_0A1B2C3D";
  const summary =
    "Error running buildx build: failed to solve: executor failed running [/bin/sh -c npm ci]: exit code: 1";
  const lines = await explain("images", [{ summary, detail: "", address }], [address]);
  expect(lines[1]).toMatch(/^web: the build cannot reach the network/);
  expect(lines).toContain(summary);
  expect(lines.join("\n")).not.toContain("AWS");
});

test("a vulnerable image is told by its findings alone, in the order of the scan", async () => {
  const address = "terraform_data.images_web_Scan_0A1B2C3D";
  const table = [
    "web has 1 vulnerability of severity high or worse:",
    "  id  severity",
    "→ Update",
  ];
  const summary = "local-exec provisioner error";
  const output = ["waiting for another scan", "", ...table].join("\n");
  const detail = `Error running command 'exec ./scan-image web sha256:1': exit status 1. Output: ${output}\n`;
  const lines = await explain("images", [{ summary, detail, address }], [address]);
  const outcome = "web was not pushed; the platform is untouched.";
  expect(lines).toEqual(["images failed.", ...table, outcome]);
  // Beside another error, Terraform is quoted for that one.
  const beside = await explain("images", [{ summary, detail, address }, "other"], [address]);
  expect(beside).toEqual(["images failed.", ...table, outcome, "Terraform said:", "other"]);
});

test.each([
  ["SourceSignature", "web was not pushed; the platform is untouched."],
  ["Signature", "web was pushed, but not signed; the platform is untouched."],
])("an image with a failed %s is told by its words alone", async (id, outcome) => {
  const address = `terraform_data.images_web_${id}_0A1B2C3D`;
  const words = ["web has no signature.", "→ Deploy it"];
  const detail = `Error running command 'exec ./x': exit status 1. Output: \n${words.join("\n")}\n`;
  const error = { summary: "local-exec provisioner error", detail, address };
  expect(await explain("images", [error], [address])).toEqual([
    "images failed.",
    ...words,
    outcome,
  ]);
});

/** A probe as the engine reports it; its output comes in the engine's frames. */
function probeThat(
  State: object,
  Test = ["CMD", "curl", "http://127.0.0.1:8080/health"],
): MockInstance {
  const log = framed("hoard\n");
  const Config = { Healthcheck: { Test } };
  const container = { inspect: () => ({ State, Config }), logs: () => log };
  // The only methods that are called on a container.
  return vi.spyOn(target.docker, "getContainer").mockReturnValue(container as never);
}

const probeFailure = () =>
  explain("images", ["unhealthy"], ["docker_container.images_web_probe_0A1B2C3D"]);

test("an image that does not start shows the probe's exit and output", async () => {
  const asked = probeThat({ Running: false, ExitCode: 137, OOMKilled: true });
  const lines = await probeFailure();
  expect(asked).toHaveBeenCalledWith("platform-web-probe-use1-dev");
  expect(lines.slice(1, 5)).toEqual([
    "platform-web-probe-use1-dev exited with 137 (out of memory). Its last lines:",
    "  | hoard",
    "web was not pushed; the platform is untouched.",
    expect.stringMatching(/raise `size\.memory`.*docker logs platform-web-probe-use1-dev$/),
  ]);
});

test("a sidecar whose image fails is not taken for its service, nor the service for it", async () => {
  const asked = probeThat({ Running: false, ExitCode: 1 });
  const sidecars = { otel: { folder: "sidecars/otel" } };
  const services = { ...target.services, web: { ...fixture.web, sidecars } };
  const linesOf = async (image: string) => {
    const failed = [`docker_container.images_${image}_probe_0A1B2C3D`];
    const failure = new StackFailure("images", ["unhealthy"], { failed });
    return await explainFailure(failure, { ...target, services });
  };
  const untouched = (image: string) => `${image} was not pushed; the platform is untouched.`;
  for (const [image, other] of [
    ["web_otel", "web"],
    ["web", "web_otel"],
  ] as const) {
    asked.mockClear();
    const lines = await linesOf(image);
    expect(asked.mock.calls).toEqual([[`platform-${image}-probe-use1-dev`]]);
    expect(lines).toContain(untouched(image));
    expect(lines).not.toContain(untouched(other));
  }
});

test("an image that does not answer shows what the container beside it has seen", async () => {
  const asked = probeThat({ Running: true }, []);
  expect(await probeFailure()).toContain(
    "platform-web-probe-use1-dev runs, but is not healthy: hoard. Its last lines:",
  );
  expect(asked).toHaveBeenCalledWith("platform-web-probe-health-use1-dev");
});

test("an image whose own check fails shows the check and its output", async () => {
  probeThat({ Running: true, Health: { Log: [{ Output: "curl: (22) error: 404\n" }] } });
  expect(await probeFailure()).toContain(
    "platform-web-probe-use1-dev runs, but `curl http://127.0.0.1:8080/health` fails in it: curl: (22) error: 404. Its last lines:",
  );
});

test.each([
  ['exec: "curl": executable file not found in $PATH: unknown', "install it, or leave `command`"],
  ["curl: (22) The requested URL returned error: 404", "leave `health.command` out"],
])("the fix for a health check that says '%s' is shown", async (Output, fix) => {
  probeThat({ Running: true, Health: { Log: [{ Output }] } });
  expect((await probeFailure()).find((line) => line.startsWith("→ "))).toContain(fix);
});

test("an image of another processor is explained by the words of its start", async () => {
  probeThat({ Running: false, ExitCode: 255, Error: "exec /app/start: exec format error" });
  expect((await probeFailure()).find((line) => line.startsWith("→ "))).toContain("`architecture`");
});

const diagnosis: diagnoses.ServiceDiagnosis = {
  service: "web",
  serviceName: "platform-web-dev",
  tasks: { running: 1, desired: 1 },
  deployments: [],
  pendingTasks: [],
  unhealthyTasks: [],
  unhealthyTargets: [],
  mayHaveNone: false,
  events: [],
  image: { expected: "sha256:a", running: ["sha256:a"] },
  stoppedTask: {
    id: "1",
    taskDefinition: "platform-web-dev:2",
    stoppedAt: undefined,
    reason: "Essential container in task exited",
    health: undefined,
    container: { name: "web", exitCode: 1, reason: undefined, log: ["TOKEN is not set"] },
  },
};

test("after a rollback the rolled-back service comes first, with its container's output", async () => {
  vi.spyOn(diagnoses, "diagnoseService").mockResolvedValue(diagnosis);
  const lines = await explain("platform", ["Error: web was rolled back"], []);
  expect(lines.slice(0, 2)).toEqual([
    "platform failed.",
    "web: the new version failed; the previous one keeps serving",
  ]);
  expect(lines).toContain("  | TOKEN is not set");
  expect(lines.join("\n")).not.toContain("orders");
});

test("if AWS cannot be reached, Terraform's own words are still shown", async () => {
  vi.spyOn(diagnoses, "diagnoseService").mockRejectedValue(new Error("connection refused"));
  const lines = await explain("platform", ["web was rolled back"], []);
  expect(lines).toEqual(["platform failed.", "Terraform said:", "web was rolled back"]);
});
