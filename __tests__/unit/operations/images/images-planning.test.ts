import { ECRClient } from "@aws-sdk/client-ecr";
import Docker from "dockerode";
import { expect, test, vi } from "vitest";
import * as cache from "../../../../operations/images/engine-cache";
import { planningOfImages } from "../../../../operations/images/images-planning";
import * as stacks from "../../../../operations/terraform/terraform-stack";

const { signal } = new AbortController();
const options = { terraform: "", environment: {}, signal, report: () => undefined };

test("images trusts its state on an empty engine, and makes failed probes anew", async () => {
  const probe = {
    type: "docker_container",
    name: "images_web_probe_0A1B2C3D",
    instances: [{ attributes: { healthcheck: [{ test: ["NONE"] }] } }],
  };
  const state = { resources: [probe] };
  const read = vi.spyOn(stacks, "readState").mockResolvedValue(state);
  const empty = vi.spyOn(cache, "isEngineEmpty").mockResolvedValue(true);
  const holders = {
    docker: new Docker({ socketPath: "/nowhere/docker.sock" }),
    ecr: new ECRClient({}),
  };
  expect(await planningOfImages(holders, options)).toEqual({
    trustState: true,
    replace: ["docker_container.images_web_probe_0A1B2C3D"],
  });
  expect(empty).toHaveBeenCalledWith(holders, state);
  // A state may be at the other end of the network.
  expect(read.mock.calls).toEqual([["images", options]]);
});
