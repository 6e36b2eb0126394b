import { ECRClient } from "@aws-sdk/client-ecr";
import Docker from "dockerode";
import { expect, test, vi } from "vitest";
import { areInRegistry, imagesIn, missingFrom } from "../../../../operations/images/engine-cache";
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

const { pushed: PUSHED } = imagesIn(STATE);

/** An engine that has some images. */
function engineWith(...names: readonly string[]): Docker {
  const docker = new Docker({ socketPath: "/nowhere/docker.sock" });
  vi.spyOn(docker, "getImage").mockImplementation((id) => {
    const inspect = async () => {
      if (names.includes(id)) return Promise.resolve({});
      throw Object.assign(new Error("no such image"), { statusCode: 404 });
    };
    // The only method that is called on an image.
    return { inspect } as unknown as Docker.Image;
  });
  return docker;
}

test("a pushed image is identified by its repository and both hashes, regardless of the registry's host", () => {
  expect(imagesIn(STATE)).toEqual({ unpushed: [], pushed: PUSHED });
  expect(PUSHED).toEqual([
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
  expect(imagesIn(undefined)).toEqual({ pushed: [], unpushed: [] });
});

const address = "docker_image.images_web_image_0A1B2C3D";

test("an image that was built but never pushed is unpushed", () => {
  const state = { resources: STATE.resources.slice(0, 1) };
  expect(imagesIn(state)).toEqual({ pushed: [], unpushed: [{ name: web, address }] });
});

test("an image whose push has failed is unpushed, and is not the one that was pushed before", () => {
  const name = web.replace("0a1b", "9e8f");
  const built = managed("docker_image", "images_web_image_0A1B2C3D", { name });
  const { pushed, unpushed } = imagesIn({ resources: [built, ...STATE.resources.slice(1)] });
  expect(unpushed).toEqual([{ name, address }]);
  expect(pushed.map(({ repository }) => repository)).toEqual(["platform-prod/orders"]);
});

test("a promoted image whose push has failed is unpushed", () => {
  const name = "127.0.0.1:4566/platform-dev/orders@sha256:newer";
  const promoted = managed("docker_image", "images_orders_image_4E5F6A7B", { name });
  const [image, , ...places] = STATE.resources;
  const { unpushed } = imagesIn({ resources: [image, promoted, ...places] });
  expect(unpushed).toEqual([{ name, address: "docker_image.images_orders_image_4E5F6A7B" }]);
});

test("the registry is asked for each digest", async () => {
  const ecr = new ECRClient({ region: "eu-west-1" });
  const asked = answer(ecr, { imageDetails: [{}] });
  expect(await areInRegistry(ecr, PUSHED)).toBe(true);
  expect(asked.mock.calls.map((call) => (call[0] as { input: object }).input)).toEqual([
    { repositoryName: "platform-dev/web", imageIds: [{ imageDigest: "sha256:pushed-web" }] },
    { repositoryName: "platform-prod/orders", imageIds: [{ imageDigest: "sha256:pushed-orders" }] },
  ]);
});

test.each([
  ["has lost an image", awsError("ImageNotFoundException")],
  ["has lost a repository", awsError("RepositoryNotFoundException")],
  ["denies the request", awsError("AccessDeniedException")],
  ["returns no details", { imageDetails: [] }],
])("if the registry %s, it does not have all", async (_, reply) => {
  const ecr = new ECRClient({ region: "eu-west-1" });
  answer(ecr, reply);
  expect(await areInRegistry(ecr, PUSHED)).toBe(false);
});

test("an engine lacks what it does not have by name", async () => {
  const [first, second] = PUSHED;
  expect(await missingFrom(engineWith(), PUSHED)).toEqual([first, second]);
  expect(await missingFrom(engineWith(web), PUSHED)).toEqual([second]);
  expect(await missingFrom(engineWith(web, ordersElsewhere), PUSHED)).toEqual([]);
});

test("an engine that does not answer counts as complete, so that Terraform reports its error", async () => {
  const docker = new Docker({ socketPath: "/nowhere/docker.sock" });
  const inspect = () => Promise.reject(new Error("no answer"));
  vi.spyOn(docker, "getImage").mockReturnValue({ inspect } as unknown as Docker.Image);
  expect(await missingFrom(docker, PUSHED)).toEqual([]);
});

test.each([
  ["is a data source", { mode: "data" }],
  ["has no digest yet", { instances: [{ attributes: { name: orders } }] }],
  ["has no tag", { instances: [{ attributes: { name: "orders", sha256_digest: "sha256:0a" } }] }],
  ["belongs to no image", { name: "images_other_pushed_4E5F6A7B" }],
  ["has no instances", { instances: undefined }],
])("a record that %s is no pushed image", (_, difference) => {
  const [image, pushed] = [STATE.resources[1], STATE.resources[3]];
  expect(imagesIn({ resources: [image, pushed] }).pushed).toHaveLength(1);
  expect(imagesIn({ resources: [image, { ...pushed, ...difference }] }).pushed).toEqual([]);
});
