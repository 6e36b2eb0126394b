import { expect, test } from "vitest";
import { failedProbes } from "../../../../operations/images/failed-probes";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

const probe = (image: string, attributes: object = {}) => ({
  mode: "managed",
  type: "docker_container",
  name: `images_${image}_probe_0A1B2C3D`,
  instances: [{ attributes: { healthcheck: [{ test: ["NONE"] }], ...attributes } }],
});
const health = (image: string, status?: string) => ({
  mode: "managed",
  type: "docker_container",
  name: `images_${image}_health_4E5F6A7B`,
  instances: [{ ...(status && { status }), attributes: {} }],
});

test("a probe has failed if what asks it was never found healthy, or is not there", () => {
  const resources = [
    probe("web"),
    health("web"),
    probe("orders"),
    health("orders", "tainted"),
    probe("archive"),
    { mode: "managed", type: "docker_image", name: "images_gone_probe_0A1B2C3D", instances: [{}] },
  ];
  expect(failedProbes({ resources })).toEqual([
    "docker_container.images_orders_probe_0A1B2C3D",
    "docker_container.images_archive_probe_0A1B2C3D",
  ]);
});

test("a probe with a check of its own is one container, which Terraform replaces", () => {
  const resources = [probe("web", { healthcheck: [{ test: ["CMD", "/check"] }] })];
  expect(failedProbes({ resources })).toEqual([]);
  expect(failedProbes(undefined)).toEqual([]);
});

test("the probes of a synthesized stack are recognized by their names", () => {
  const resources = synthesize(fixture)
    .images.addressed("docker_container")
    .map(({ address, block }) => {
      const [type, name] = address.split(".");
      const isAsking = String(name).includes("_health_");
      const status = isAsking ? { status: "tainted" } : {};
      return {
        mode: "managed",
        type,
        name,
        instances: [{ ...status, attributes: { healthcheck: [block["healthcheck"]] } }],
      };
    });
  expect(failedProbes({ resources })).toEqual(
    ["order-archive", "orders", "web"].map((image): unknown =>
      expect.stringMatching(`^docker_container\\.images_${image}_probe_`),
    ),
  );
});
