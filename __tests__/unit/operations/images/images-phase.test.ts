import { expect, test, vi } from "vitest";
import * as caches from "../../../../operations/images/cache-login";
import * as fetched from "../../../../operations/images/fetched-images";
import type { PushedImage } from "../../../../operations/images/images-in-state";
import * as planning from "../../../../operations/images/images-planning";
import { imagesPhase } from "../../../../operations/images/images-phase";
import * as plans from "../../../../operations/plan/plan-stack";
import * as probes from "../../../../operations/images/probes";
import { type ApplyOptions, StackFailure } from "../../../../operations/terraform/terraform-stack";
import { targetOf } from "../../../support/target";

const TAKEN =
  'Conflict. The container name "/platform-web-probe-use1-dev" is already in use by container';

const PROBE = "docker_container.images_web_probe_1A2B3C4D";
/** Probes the image of `web` again, and builds none. */
const planned = {
  resource_changes: [
    { address: PROBE, mode: "managed", change: { actions: ["delete", "create"], after: {} } },
  ],
};

function pushedImage(service: string): PushedImage {
  const repository = `platform-dev/${service}`;
  const host = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
  const name = `${host}/${repository}:0a1b-2c3d`;
  return { name, id: "sha256:1b", addresses: [], host, repository, digest: "sha256:0a" };
}

const [ready, web, orders] = [pushedImage("ready"), pushedImage("web"), pushedImage("orders")];

/** Of each try, whether it trusts the state. */
let trusted: boolean[] = [];
let said: string[] = [];
/** To the caches of builds. */
let login: Record<string, string> | Error = {};

/** Deploys the images where the engine lacks some; each error ends one try. */
async function deploy(lacking: PushedImage[], errors: string[] = []) {
  vi.spyOn(probes, "removeStrayProbes").mockResolvedValue();
  vi.spyOn(probes, "stopProbes").mockResolvedValue();
  const replace = ["docker_container.images_web_probe_0A1B2C3D"];
  vi.spyOn(planning, "planningOfImages").mockResolvedValue({
    planning: { trustState: true, replace },
    lacking,
  });
  vi.spyOn(plans, "planStack").mockImplementation((stack, options) => {
    expect([stack, options.trustState, options.replace]).toEqual(["images", true, replace]);
    return Promise.resolve(planned);
  });
  vi.spyOn(fetched, "fetchImages").mockResolvedValue();
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

test("an empty engine gets what is probed again, and nothing else", async () => {
  expect((await deploy([ready, web, orders])).trusted).toEqual([true]);
  expect(vi.mocked(fetched.fetchImages).mock.calls.map((call) => call[2])).toEqual([[ready, web]]);
});

test("an engine that has the images gets one plan, and nothing is fetched", async () => {
  await expect(deploy([], ["no such image"])).rejects.toThrow(StackFailure);
  expect(trusted).toEqual([true]);
  expect(plans.planStack).not.toHaveBeenCalled();
  expect(fetched.fetchImages).not.toHaveBeenCalled();
});

test("nothing is fetched that a refresh has Terraform build anew", async () => {
  vi.spyOn(planning, "planningOfImages").mockResolvedValue({
    planning: { trustState: false, replace: [] },
    lacking: [web],
  });
  vi.spyOn(probes, "stopProbes").mockResolvedValue();
  vi.spyOn(fetched, "fetchImages").mockResolvedValue();
  vi.spyOn(caches, "cacheLogin").mockResolvedValue({});
  const apply = vi.fn().mockResolvedValue({ add: 1, change: 0, remove: 1 });
  await imagesPhase(targetOf(), apply).run(() => undefined);
  expect(apply).toHaveBeenCalledWith("images", expect.objectContaining({ trustState: false }));
  expect(fetched.fetchImages).not.toHaveBeenCalled();
});

test("a probe that a killed run left behind is removed, and the images are deployed again", async () => {
  expect((await deploy([ready], [TAKEN])).trusted).toEqual([true, true]);
  expect(probes.removeStrayProbes).toHaveBeenCalledTimes(1);
});

test("the second try replaces what the first has left, and not again what it has replaced", async () => {
  const plannings = vi.spyOn(planning, "planningOfImages");
  for (const replace of [["docker_image.images_web", PROBE], [PROBE]])
    plannings.mockResolvedValueOnce({ planning: { trustState: true, replace }, lacking: [] });
  vi.spyOn(probes, "removeStrayProbes").mockResolvedValue();
  vi.spyOn(probes, "stopProbes").mockResolvedValue();
  vi.spyOn(caches, "cacheLogin").mockResolvedValue({});
  const replaced: unknown[] = [];
  await imagesPhase(targetOf(), async (stack, { replace }) => {
    replaced.push(replace);
    if (replaced.length === 1) throw new StackFailure(stack, [TAKEN]);
    return Promise.resolve({ add: 1, change: 0, remove: 1 });
  }).run(() => undefined);
  expect(replaced).toEqual([["docker_image.images_web", PROBE], [PROBE]]);
});

test("a probe that fails is a failure at once", async () => {
  await expect(deploy([ready], ["container failed to be in healthy state"])).rejects.toThrow(
    StackFailure,
  );
  expect(trusted).toEqual([true]);
});

test("an image that cannot be fetched is not built in place of the pushed one", async () => {
  vi.spyOn(planning, "planningOfImages").mockResolvedValue({
    planning: { trustState: true, replace: [] },
    lacking: [web],
  });
  vi.spyOn(plans, "planStack").mockResolvedValue(planned);
  vi.spyOn(fetched, "fetchImages").mockRejectedValue(new Error("no login"));
  const apply = vi.fn();
  await expect(imagesPhase(targetOf(), apply).run(() => undefined)).rejects.toThrow(
    "they could not be fetched: Error: no login",
  );
  expect(apply).not.toHaveBeenCalled();
});

test("a deployment that is interrupted during a fetch builds nothing", async () => {
  vi.spyOn(planning, "planningOfImages").mockResolvedValue({
    planning: { trustState: true, replace: [] },
    lacking: [web],
  });
  vi.spyOn(plans, "planStack").mockResolvedValue(planned);
  const interruption = new AbortController();
  vi.spyOn(fetched, "fetchImages").mockImplementation(() => {
    interruption.abort(new Error("Ctrl-C"));
    return Promise.reject(new Error("aborted"));
  });
  const apply = vi.fn();
  const target = { ...targetOf(), signal: interruption.signal };
  await expect(imagesPhase(target, apply).run(() => undefined)).rejects.toThrow("Ctrl-C");
  expect(apply).not.toHaveBeenCalled();
});

test("builds read the login to their caches, and go on without it", async () => {
  login = { DOCKER_AUTH_CONFIG: "{}" };
  await deploy([]);
  login = new Error("AccessDenied");
  expect((await deploy([])).outcome).toBe("1 to add, 0 to change, 1 to destroy");
  expect(said).toEqual([
    "continuing without the caches because their login failed: Error: AccessDenied",
  ]);
  login = {};
});
