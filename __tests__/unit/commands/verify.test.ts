import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { verify } from "../../../commands/verify";
import * as image from "../../../local/aws/emulator-image";
import * as localAws from "../../../local/aws/local-aws";
import * as keys from "../../../local/aws/root-key";
import * as prepared from "../../../local/prepared-machine";
import * as inside from "../../../local/verification/inside";
import * as exports from "../../../local/verification/exports";
import * as journey from "../../../local/verification/journey";
import * as status from "../../../local/verification/service-status";
import * as tokens from "../../../operations/identity/token";
import * as synthesis from "../../../operations/terraform/synthesis";
import * as stacks from "../../../operations/terraform/terraform-stack";
import { services as catalogue } from "../../../services";
import { hearLines, run } from "../../support/command";

const ADDRESS = "10.0.0.1";
const PUSHED = Object.fromEntries(
  Object.keys(catalogue).map((service) => [service, `registry/${service}@sha256:${service}`]),
);

/** A service as ECS reports it: one task, of the pushed image. */
const running = (service: string): status.ServiceStatus => ({
  service,
  running: 1,
  desired: 1,
  unhealthy: 0,
  digests: [`sha256:${service}`],
  addresses: [ADDRESS],
  containers: [`container-of-${service}`],
});

const TRANSACTIONS = [{ id: "4711", decidedAt: "2026-12-01T09:00:00.000Z" }];

const cache = mkdtempSync(path.join(tmpdir(), "verify-"));

let heard: ReturnType<typeof hearLines>;
beforeEach(() => {
  heard = hearLines();
  vi.stubEnv("LOCAL_CACHE_FOLDER", cache);
  vi.spyOn(keys, "rootKey").mockReturnValue({ accessKeyId: "root", secretAccessKey: "none" });
  vi.spyOn(localAws, "isLocalAwsUp").mockResolvedValue(true);
  vi.spyOn(localAws, "enforcesSecurityGroups").mockResolvedValue(true);
  vi.spyOn(prepared, "Machine").mockImplementation(
    // What the command takes of it.
    class {
      readonly docker = {};
      readonly terraform = "/nowhere/terraform";
      readonly toolPhases = () => [];
    } as never,
  );
  vi.spyOn(synthesis, "synthesize").mockResolvedValue();
  vi.spyOn(stacks, "readOutputs").mockImplementation((stack) =>
    Promise.resolve(
      stack === "images"
        ? { references: PUSHED }
        : { "bucket-names": { statements: "the-bucket" } },
    ),
  );
  vi.spyOn(status, "readStatus").mockImplementation((_, services) =>
    Promise.resolve(services.map(running)),
  );
  vi.spyOn(image, "ensureEmulatorImage").mockResolvedValue("emulator");
  // Names resolve and callers are answered; nobody else connects.
  vi.spyOn(inside, "askInside").mockImplementation((_, __, { urls }) =>
    Promise.resolve(
      Object.fromEntries(
        Object.entries(urls).map(([url, seconds]) => {
          const reply = { connected: seconds !== SILENCE, status: 200, error: "" };
          return [url, { error: "", replies: { [ADDRESS]: reply } }];
        }),
      ),
    ),
  );
  vi.spyOn(globalThis, "fetch").mockImplementation(() => Promise.resolve(new Response("")));
  vi.spyOn(tokens, "issueToken").mockResolvedValue({ token: "a.b.c", seconds: 900 });
  vi.spyOn(journey, "goOnJourney").mockResolvedValue(TRANSACTIONS);
  vi.spyOn(exports, "followExports").mockResolvedValue();
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => {
  rmSync(cache, { recursive: true });
});

/** How long a path that must be closed is tried. */
const SILENCE = 2;

describe("the exit code of verify", () => {
  test("is 0 if every service is as deployed and the journey ends well", async () => {
    await expect(run(verify)).resolves.toBeUndefined();
    expect(journey.goOnJourney).toHaveBeenCalledWith(expect.objectContaining({ token: "a.b.c" }));
    expect(heard.out.join("\n")).toContain("No service reaches one that it does not call.");
  });

  test("is 1 if a service does not run what was pushed, before a journey begins", async () => {
    const references = { ...PUSHED, "flask-api": "registry/flask-api@sha256:newer" };
    vi.mocked(stacks.readOutputs).mockResolvedValue({ references });
    await expect(run(verify)).rejects.toMatchObject({
      name: "Failure",
      message: "flask-api: runs sha256:flask-api, but sha256:newer was pushed",
    });
    expect(journey.goOnJourney).not.toHaveBeenCalled();
  });

  test("is 1 if the load balancer gives no answer", async () => {
    vi.mocked(fetch).mockRejectedValue(new Error("connection refused"));
    await expect(run(verify)).rejects.toThrow("through the load balancer: connection refused");
  });

  test("is 1 if a service is reached by one that does not call it", async () => {
    vi.mocked(inside.askInside).mockImplementation((_, __, { urls }) => {
      const replies = { [ADDRESS]: { connected: true, status: 200, error: "" } };
      const answers = Object.keys(urls).map((url) => [url, { error: "", replies }] as const);
      return Promise.resolve(Object.fromEntries(answers));
    });
    await expect(run(verify)).rejects.toThrow("which does not call it");
  });

  test("is 0 where the engine enforces no security groups, and says what was not tested", async () => {
    vi.mocked(localAws.enforcesSecurityGroups).mockResolvedValue(false);
    await run(verify);
    const urls = vi
      .mocked(inside.askInside)
      .mock.calls.flatMap(([, , asked]) => Object.values(asked.urls));
    expect(urls).not.toContain(SILENCE);
    expect(heard.out).toContain(localAws.unenforcedNotice(4566));
    expect(heard.out.join("\n")).not.toContain("No service reaches");
  });

  test("is 1 if the journey ends early", async () => {
    vi.mocked(journey.goOnJourney).mockRejectedValue(new journey.JourneyError("no account"));
    await expect(run(verify)).rejects.toThrow("The journey ended early: no account");
  });

  test("is 1 if a transaction of the journey does not reach the day's totals", async () => {
    const problem = new journey.JourneyError("4711.json did not reach the bucket");
    vi.mocked(exports.followExports).mockRejectedValue(problem);
    await expect(run(verify)).rejects.toThrow("4711.json did not reach the bucket");
    expect(exports.followExports).toHaveBeenCalledWith(
      TRANSACTIONS,
      expect.objectContaining({ bucket: "the-bucket" }),
    );
    expect(heard.out.join("\n")).toContain("An account's transactions are approved");
  });

  test("is 1 without a local AWS, before anything is prepared", async () => {
    vi.mocked(localAws.isLocalAwsUp).mockResolvedValue(false);
    await expect(run(verify)).rejects.toThrow("no local AWS answers on port 4566");
    expect(prepared.Machine).not.toHaveBeenCalled();
  });
});
