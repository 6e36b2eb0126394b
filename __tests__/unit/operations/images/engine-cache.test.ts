import { ECRClient } from "@aws-sdk/client-ecr";
import Docker from "dockerode";
import { expect, test, vi } from "vitest";
import {
  isEngineEmpty,
  missingFrom,
  pushedImages,
} from "../../../../operations/images/engine-cache";
import { answer, awsError } from "../../../support/preflight";

const managed = (type: string, name: string, attributes: object) => ({
  mode: "managed",
  type,
  name,
  instances: [{ attributes }],
});
const web = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/platform-dev/web:0a1b-2c3d";
const orders = "127.0.0.1:4566/platform-prod/orders:4e5f-6a7b";
const ordersElsewhere = "127.0.0.1:4566/platform-dev/orders@sha256:pushed-orders";
const STATE = {
  resources: [
    managed("docker_image", "images_web_image_0A1B2C3D", { name: web }),
    managed("docker_image", "images_orders_image_4E5F6A7B", {
      // Promoted: the engine knows it by its name in the source environment.
      name: ordersElsewhere,
    }),
    managed("docker_registry_image", "images_web_pushed_0A1B2C3D", {
      name: web,
      sha256_digest: "sha256:pushed-web",
    }),
    managed("docker_registry_image", "images_orders_pushed_4E5F6A7B", {
      name: orders,
      sha256_digest: "sha256:pushed-orders",
    }),
  ],
};

/** Whether Terraform may trust its state, with an engine that has some images. */
async function trusts(inEngine: readonly string[], inRegistry: unknown, state: unknown = STATE) {
  const docker = new Docker({ socketPath: "/nowhere/docker.sock" });
  vi.spyOn(docker, "getImage").mockImplementation((id) => {
    const inspect = async () => {
      if (inEngine.includes(id)) return Promise.resolve({});
      throw Object.assign(new Error("no such image"), { statusCode: 404 });
    };
    // The only method that is called on an image.
    return { inspect } as unknown as Docker.Image;
  });
  const ecr = new ECRClient({ region: "eu-west-1" });
  const asked = answer(ecr, inRegistry);
  const trusted = await isEngineEmpty({ docker, ecr }, state);
  return { trusted, asked };
}

const THERE = { imageDetails: [{}] };

test("a pushed image is identified by its repository and both hashes, regardless of the registry's host", () => {
  expect(pushedImages(STATE)).toEqual([
    {
      name: web,
      host: "111122223333.dkr.ecr.eu-west-1.amazonaws.com",
      repository: "platform-dev/web",
      digest: "sha256:pushed-web",
    },
    {
      name: ordersElsewhere,
      host: "127.0.0.1:4566",
      repository: "platform-prod/orders",
      digest: "sha256:pushed-orders",
    },
  ]);
  expect(pushedImages(undefined)).toEqual([]);
});

test("an image that was built but not pushed does not count", () => {
  const state = { resources: STATE.resources.slice(0, 2) };
  expect(pushedImages(state)).toEqual([]);
});

test("an empty engine builds no image that the registry has", async () => {
  const { trusted, asked } = await trusts([], THERE);
  expect(trusted).toBe(true);
  expect(asked.mock.calls.map((call) => (call[0] as { input: object }).input)).toEqual([
    { repositoryName: "platform-dev/web", imageIds: [{ imageDigest: "sha256:pushed-web" }] },
    { repositoryName: "platform-prod/orders", imageIds: [{ imageDigest: "sha256:pushed-orders" }] },
  ]);
});

test("an engine that lacks one image builds nothing either", async () => {
  expect((await trusts([web], THERE)).trusted).toBe(true);
});

test("if the engine has all images, Terraform refreshes its state", async () => {
  const { trusted, asked } = await trusts([web, ordersElsewhere], THERE);
  expect(trusted).toBe(false);
  expect(asked).not.toHaveBeenCalled();
});

test.each([
  ["has lost an image", awsError("ImageNotFoundException")],
  ["has lost a repository", awsError("RepositoryNotFoundException")],
  ["denies the request", awsError("AccessDeniedException")],
  ["returns no details", { imageDetails: [] }],
])("if the registry %s, Terraform finds the missing images", async (_, reply) => {
  expect((await trusts([], reply)).trusted).toBe(false);
});

test("before the first deployment there is nothing to trust", async () => {
  expect((await trusts([], THERE, {})).trusted).toBe(false);
});

test("an engine that does not answer counts as complete, so that Terraform reports its error", async () => {
  const docker = new Docker({ socketPath: "/nowhere/docker.sock" });
  const inspect = () => Promise.reject(new Error("no answer"));
  vi.spyOn(docker, "getImage").mockReturnValue({ inspect } as unknown as Docker.Image);
  expect(await missingFrom(docker, pushedImages(STATE))).toEqual([]);
});

test.each([
  ["is a data source", { mode: "data" }],
  ["has no digest yet", { instances: [{ attributes: { name: orders } }] }],
  ["has no tag", { instances: [{ attributes: { name: "orders", sha256_digest: "sha256:0a" } }] }],
  ["belongs to no image", { name: "images_other_pushed_4E5F6A7B" }],
  ["has no instances", { instances: undefined }],
])("a record that %s is no pushed image", (_, difference) => {
  const [image, pushed] = [STATE.resources[1], STATE.resources[3]];
  expect(pushedImages({ resources: [image, pushed] })).toHaveLength(1);
  expect(pushedImages({ resources: [image, { ...pushed, ...difference }] })).toEqual([]);
});
