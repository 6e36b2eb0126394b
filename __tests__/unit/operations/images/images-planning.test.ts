import { ECRClient } from "@aws-sdk/client-ecr";
import Docker from "dockerode";
import { expect, test, vi } from "vitest";
import * as cache from "../../../../operations/images/engine-cache";
import { planningOfImages } from "../../../../operations/images/images-planning";
import * as stacks from "../../../../operations/terraform/terraform-stack";
import { IMAGES, PUSHED, managed } from "../../../support/images-state";

const { signal } = new AbortController();
const options = { terraform: "", environment: {}, signal, report: () => undefined };

const [BUILD, WEB, , ...ORDERS] = IMAGES;
const [web, orders] = PUSHED;
const probe = managed("docker_container", "images_web_probe_0A1B2C3D", {
  healthcheck: [{ test: ["NONE"] }],
});
/** After a deployment that has pushed `orders`, and built `web`, whose probe failed. */
const STATE = { resources: [BUILD, WEB, probe, ...ORDERS] };
const PROBE = "docker_container.images_web_probe_0A1B2C3D";
const BUILT = web.addresses;

/** Plans with an engine that has some images, and a registry that has what was pushed, or not. */
async function planned(engine: readonly string[], registry = true, state: object = STATE) {
  const read = vi.spyOn(stacks, "readState").mockResolvedValue(state);
  const asked = vi.spyOn(cache, "areInRegistry").mockResolvedValue(registry);
  vi.spyOn(cache, "missingFrom").mockImplementation(async (_, images) =>
    Promise.resolve(images.filter(({ name }) => !engine.includes(name))),
  );
  const docker = new Docker({ socketPath: "/nowhere/docker.sock" });
  const { lacking, planning } = await planningOfImages({ docker, ecr: new ECRClient({}) }, options);
  // A state may be at the other end of the network.
  expect(read.mock.calls).toEqual([["images", options]]);
  if (state === STATE) expect(asked.mock.calls.map(([, images]) => images)).toEqual([[orders]]);
  return { ...planning, lacking: lacking.map(({ repository }) => repository) };
}

test("Terraform trusts its state, and makes failed probes anew", async () => {
  const names = [web.name, orders.name];
  expect(await planned(names)).toEqual({ trustState: true, replace: [PROBE], lacking: [] });
});

test("where the engine lacks what was pushed, the plan is the same", async () => {
  const { lacking, ...planning } = await planned([web.name]);
  expect(planning).toEqual({ trustState: true, replace: [PROBE] });
  expect(lacking).toEqual(["platform-prod/orders"]);
});

test("where it lacks what was not pushed, that is built again, under another tag", async () => {
  const { trustState, replace } = await planned([]);
  expect([trustState, replace]).toEqual([true, [PROBE, ...BUILT]]);
});

test("what the registry has lost is found by a refresh", async () => {
  const names = [web.name, orders.name];
  expect(await planned(names, false)).toMatchObject({ trustState: false, replace: [PROBE] });
});

test("what a refresh has built again, because the engine lacks it, gets another tag", async () => {
  const { replace } = await planned([web.name], false);
  expect(replace).toEqual([PROBE, ...orders.addresses]);
});

test("before anything is pushed there is nothing to trust, and a lost image still gets another tag", async () => {
  const state = { resources: [BUILD, WEB] };
  expect(await planned([], true, state)).toEqual({
    trustState: false,
    replace: BUILT,
    lacking: [],
  });
});
