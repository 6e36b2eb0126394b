import Docker from "dockerode";
import { expect, test, vi } from "vitest";
import { failedProbes, removeFailedProbes } from "../../../../operations/images/failed-probes";
import * as stacks from "../../../../operations/terraform/terraform-stack";

const { signal } = new AbortController();
const options = { terraform: "", environment: {}, signal, report: () => undefined };

const probe = (image: string, attributes: object = {}) => ({
  type: "docker_container",
  name: `images_${image}_probe_0A1B2C3D`,
  instances: [{ attributes: { id: image, healthcheck: [], ...attributes } }],
});
const health = (image: string, status?: string) => ({
  type: "docker_container",
  name: `images_${image}_health_4E5F6A7B`,
  instances: [{ ...(status && { status }), attributes: { id: `${image}'s health` } }],
});

test("a probe has failed if what asks it was never found healthy, or is not there", () => {
  const resources = [
    probe("web"),
    health("web"),
    probe("orders"),
    health("orders", "tainted"),
    probe("archive"),
    { type: "docker_image", name: "images_gone_probe_0A1B2C3D", instances: [{}] },
  ];
  expect(failedProbes({ resources })).toEqual(["orders", "archive"]);
});

test("a probe with a check of its own is one container, which Terraform replaces", () => {
  const resources = [probe("web", { healthcheck: [{ test: ["CMD", "/check"] }] })];
  expect(failedProbes({ resources })).toEqual([]);
  expect(failedProbes(undefined)).toEqual([]);
});

test("failed probes are removed, also if they have gone already, but no other error is hidden", async () => {
  vi.spyOn(stacks, "readState").mockResolvedValue({ resources: [probe("web"), probe("orders")] });
  const docker = new Docker({ socketPath: "/nowhere/docker.sock" });
  const removed: unknown[] = [];
  const remove = vi.fn(async (how: object) => Promise.resolve(removed.push(how)));
  // The only method that is called on a container.
  vi.spyOn(docker, "getContainer").mockReturnValue({ remove } as unknown as Docker.Container);
  remove.mockRejectedValueOnce(Object.assign(new Error("no such container"), { statusCode: 404 }));
  await removeFailedProbes(docker, options);
  expect(removed).toEqual([{ force: true, v: true }]);
  remove.mockRejectedValueOnce(Object.assign(new Error("broken"), { statusCode: 500 }));
  await expect(removeFailedProbes(docker, options)).rejects.toThrow("broken");
});
