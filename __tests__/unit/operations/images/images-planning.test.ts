import { ECRClient } from "@aws-sdk/client-ecr";
import Docker from "dockerode";
import { expect, test, vi } from "vitest";
import * as cache from "../../../../operations/images/engine-cache";
import { planningOfImages } from "../../../../operations/images/images-planning";
import * as stacks from "../../../../operations/terraform/terraform-stack";

const { signal } = new AbortController();
const options = { terraform: "", environment: {}, signal, report: () => undefined };

const resource = (type: string, name: string, attributes: object) => ({
  mode: "managed",
  type,
  name,
  instances: [{ attributes }],
});
const ready = "127.0.0.1:4566/platform-dev/ready:0a1b-2c3d";
const web = "127.0.0.1:4566/platform-dev/web:4e5f-6a7b";
const probe = resource("docker_container", "images_web_probe_0A1B2C3D", {
  healthcheck: [{ test: ["NONE"] }],
});
/** After a deployment that has pushed `ready`, and built `web`, whose probe failed. */
const STATE = {
  resources: [
    resource("docker_image", "images_ready_image_0A1B2C3D", { name: ready }),
    resource("docker_registry_image", "images_ready_pushed_0A1B2C3D", {
      name: ready,
      sha256_digest: "sha256:ready",
    }),
    resource("docker_image", "images_web_image_0A1B2C3D", { name: web }),
    probe,
  ],
};
const PROBE = "docker_container.images_web_probe_0A1B2C3D";
const BUILD = "docker_image.images_web_image_0A1B2C3D";

/** Plans with an engine that has some images, and a registry that has what was pushed, or not. */
async function planned(engine: readonly string[], registry = true, state: object = STATE) {
  const read = vi.spyOn(stacks, "readState").mockResolvedValue(state);
  vi.spyOn(cache, "areInRegistry").mockResolvedValue(registry);
  vi.spyOn(cache, "missingFrom").mockImplementation(async (_, images) =>
    Promise.resolve(images.filter(({ name }) => !engine.includes(name))),
  );
  const docker = new Docker({ socketPath: "/nowhere/docker.sock" });
  const { lacking, ...planning } = await planningOfImages(
    { docker, ecr: new ECRClient({}) },
    options,
  );
  // A state may be at the other end of the network.
  expect(read.mock.calls).toEqual([["images", options]]);
  return { ...planning, lacking: lacking.map(({ repository }) => repository) };
}

test("Terraform trusts its state, and makes failed probes anew", async () => {
  expect(await planned([ready, web])).toEqual({ trustState: true, replace: [PROBE], lacking: [] });
});

test("on an empty engine it plans the same, but builds again what was not pushed", async () => {
  expect(await planned([])).toEqual({
    trustState: true,
    replace: [PROBE, BUILD],
    lacking: ["platform-dev/ready"],
  });
});

test("what the registry has lost is found by a refresh, and so is what was not pushed", async () => {
  expect(await planned([], false)).toMatchObject({ trustState: false, replace: [PROBE] });
});

test("before anything is pushed there is nothing to trust", async () => {
  const state = { resources: STATE.resources.slice(2) };
  expect(await planned([], true, state)).toMatchObject({ trustState: false, lacking: [] });
});
