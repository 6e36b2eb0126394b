import { expect, test, vi } from "vitest";
import * as caches from "../../../../operations/images/cache-login";
import * as fetched from "../../../../operations/images/fetched-images";
import * as planning from "../../../../operations/images/images-planning";
import { imagesPhase } from "../../../../operations/images/images-phase";
import * as probes from "../../../../operations/images/probes";
import { type ApplyOptions, StackFailure } from "../../../../operations/terraform/terraform-stack";
import { targetOf } from "../../../support/target";

const MISSING =
  "Unable to create container with image sha256:0a1b: unable to pull image sha256:0a1b: error pulling image sha256:0a1b: Error response from daemon: pull access denied for sha256";
const TAKEN =
  'Conflict. The container name "/platform-web-probe-use1-dev" is already in use by container';

/** Of each try, whether it trusts the state. */
let trusted: boolean[] = [];
let said: string[] = [];
/** To the caches of builds. */
let login: Record<string, string> | Error = {};

/** Deploys the images; each error ends one try. Returns whether each try trusted the state. */
async function deploy(emptyEngine: boolean, errors: string[] = [], fetchFails?: Error) {
  vi.spyOn(probes, "removeStrayProbes").mockResolvedValue();
  vi.spyOn(probes, "stopProbes").mockResolvedValue();
  const replace = ["docker_container.images_web_probe_0A1B2C3D"];
  vi.spyOn(planning, "planningOfImages").mockResolvedValue({ trustState: emptyEngine, replace });
  const fetching = vi.spyOn(fetched, "fetchImages");
  if (fetchFails) fetching.mockRejectedValue(fetchFails);
  else fetching.mockResolvedValue();
  vi.spyOn(caches, "cacheLogin").mockImplementation(async () => {
    if (login instanceof Error) throw login;
    return Promise.resolve(login);
  });
  trusted = [];
  const applyStack = async (stack: unknown, options: ApplyOptions) => {
    const { trustState = false } = options;
    expect(stack).toBe("images");
    // A probe that has failed is never asked once more, in no try.
    expect(options.replace).toEqual(replace);
    expect(options.environment).toEqual(login instanceof Error ? {} : login);
    trusted.push(trustState);
    const error = errors.shift();
    if (error) throw new StackFailure("images", [error]);
    return Promise.resolve({ add: 1, change: 0, remove: 1 });
  };
  const target = targetOf();
  const { title, run } = imagesPhase(target, applyStack);
  expect(title).toBe("Stack images");
  said = [];
  const outcome = await run((line) => said.push(line));
  // A stopped probe shows no change in the next plan.
  expect(probes.stopProbes).toHaveBeenCalledWith(target.docker, target.config);
  return { outcome, trusted };
}

test("on an empty engine Terraform trusts its state, and only what asks for health is fetched", async () => {
  expect((await deploy(true)).trusted).toEqual([true]);
  expect(fetched.fetchImages).toHaveBeenCalledTimes(1);
  const [, , wanted] = vi.mocked(fetched.fetchImages).mock.calls[0] ?? [];
  const image = (repository: string) => ({ name: "", host: "", repository, digest: "" });
  expect(wanted?.(image("platform-dev/ready"))).toBe(true);
  expect(wanted?.(image("platform-dev/web"))).toBe(false);
});

test("an image that must be probed with other settings is fetched, not built again", async () => {
  const { outcome, trusted } = await deploy(true, [MISSING]);
  expect(fetched.fetchImages).toHaveBeenCalledTimes(2);
  expect([outcome, trusted]).toEqual(["1 to add, 0 to change, 1 to destroy", [true, false]]);
});

test("an image that must be scanned again is fetched, too", async () => {
  const id = `sha256:${"0a".repeat(32)}`;
  const missing = `local-exec provisioner error: Output: web cannot be scanned: the engine does not have the image ${id}`;
  expect((await deploy(true, [missing])).trusted).toEqual([true, false]);
  expect(fetched.fetchImages).toHaveBeenCalledTimes(2);
});

test("an engine that has the images gets one try, and its error is the failure", async () => {
  await expect(deploy(false, [MISSING])).rejects.toThrow(StackFailure);
  expect(fetched.fetchImages).not.toHaveBeenCalled();
});

test("a probe that a killed run left behind is removed, and the next try is like the first", async () => {
  expect((await deploy(true, [TAKEN])).trusted).toEqual([true, true]);
  expect(probes.removeStrayProbes).toHaveBeenCalledTimes(1);
});

test("a probe that fails is a failure at once", async () => {
  await expect(deploy(true, ["container failed to be in healthy state"])).rejects.toThrow(
    StackFailure,
  );
  expect(trusted).toEqual([true]);
});

test("an image that cannot be fetched is built again, and the reason is reported", async () => {
  expect((await deploy(true, [MISSING], new Error("no login"))).trusted).toEqual([true, false]);
  expect(said).toEqual([
    "continuing without it because the fetch failed: Error: no login",
    "building again because the fetch failed: Error: no login",
  ]);
});

test("a deployment that is interrupted during a fetch builds nothing", async () => {
  vi.spyOn(planning, "planningOfImages").mockResolvedValue({ trustState: true, replace: [] });
  const interruption = new AbortController();
  vi.spyOn(fetched, "fetchImages").mockImplementation(() => {
    interruption.abort(new Error("Ctrl-C"));
    return Promise.reject(new Error("aborted"));
  });
  const apply = vi.fn().mockRejectedValue(new StackFailure("images", [MISSING]));
  const target = { ...targetOf(), signal: interruption.signal };
  await expect(imagesPhase(target, apply).run(() => undefined)).rejects.toThrow("Ctrl-C");
  expect(apply).not.toHaveBeenCalled();
});

test("builds read the login to their caches, and go on without it", async () => {
  login = { DOCKER_AUTH_CONFIG: "{}" };
  await deploy(false);
  login = new Error("AccessDenied");
  expect((await deploy(false)).outcome).toBe("1 to add, 0 to change, 1 to destroy");
  expect(said).toEqual([
    "continuing without the caches because their login failed: Error: AccessDenied",
  ]);
  login = {};
});
