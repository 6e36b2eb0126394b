import { expect, test, vi } from "vitest";
import * as cache from "../../../../operations/images/engine-cache";
import * as fetched from "../../../../operations/images/fetched-images";
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

/** Deploys the images; each error ends one try. Returns whether each try trusted the state. */
async function deploy(emptyEngine: boolean, ...errors: string[]) {
  vi.spyOn(probes, "removeStrayProbes").mockResolvedValue();
  vi.spyOn(probes, "stopProbes").mockResolvedValue();
  vi.spyOn(cache, "isEngineEmpty").mockResolvedValue(emptyEngine);
  vi.spyOn(fetched, "fetchImages").mockResolvedValue();
  trusted = [];
  const applyStack = async (_: unknown, { trustState = false }: ApplyOptions) => {
    trusted.push(trustState);
    const error = errors.shift();
    if (error) throw new StackFailure("images", [error]);
    return Promise.resolve({ add: 1, change: 0, remove: 1 });
  };
  const outcome = await imagesPhase(targetOf(), applyStack).run(() => undefined);
  return { outcome, trusted };
}

test("on an empty engine Terraform trusts its state, and no unneeded image is fetched", async () => {
  expect((await deploy(true)).trusted).toEqual([true]);
  expect(fetched.fetchImages).not.toHaveBeenCalled();
});

test("an image that must be probed with other settings is fetched, not built again", async () => {
  const { outcome, trusted } = await deploy(true, MISSING);
  expect(fetched.fetchImages).toHaveBeenCalledTimes(1);
  expect([outcome, trusted]).toEqual(["1 to add, 0 to change, 1 to destroy", [true, false]]);
});

test("an engine that has the images gets one try, and its error is the failure", async () => {
  await expect(deploy(false, MISSING)).rejects.toThrow(StackFailure);
  expect(fetched.fetchImages).not.toHaveBeenCalled();
});

test("a probe that a killed run left behind is removed, and the next try is like the first", async () => {
  expect((await deploy(true, TAKEN)).trusted).toEqual([true, true]);
  expect(probes.removeStrayProbes).toHaveBeenCalledTimes(1);
});

test("a probe that fails is a failure at once", async () => {
  await expect(deploy(true, "container failed to be in healthy state")).rejects.toThrow(
    StackFailure,
  );
  expect(trusted).toEqual([true]);
});
