import { ECRClient } from "@aws-sdk/client-ecr";
import Docker from "dockerode";
import { expect, test, vi } from "vitest";
import { areInRegistry, missingFrom } from "../../../../operations/images/engine-cache";
import { PUSHED } from "../../../support/images-state";
import { answer, awsError } from "../../../support/preflight";

/** An engine that has images under some names, by their IDs. */
function engineWith(images: Readonly<Record<string, string>>): Docker {
  const docker = new Docker({ socketPath: "/nowhere/docker.sock" });
  vi.spyOn(docker, "getImage").mockImplementation((name) => {
    const inspect = async () => {
      if (name in images) return Promise.resolve({ Id: images[name] });
      throw Object.assign(new Error("no such image"), { statusCode: 404 });
    };
    // The only method that is called on an image.
    return { inspect } as unknown as Docker.Image;
  });
  return docker;
}

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

const [web, orders] = PUSHED;

test("an engine lacks what it does not have by name", async () => {
  expect(await missingFrom(engineWith({}), PUSHED)).toEqual([web, orders]);
  expect(await missingFrom(engineWith({ [web.name]: web.id }), PUSHED)).toEqual([orders]);
  const all = engineWith({ [web.name]: web.id, [orders.name]: orders.id });
  expect(await missingFrom(all, PUSHED)).toEqual([]);
});

test("an engine lacks an image whose name another one has there", async () => {
  expect(await missingFrom(engineWith({ [web.name]: "sha256:other" }), [web])).toEqual([web]);
});

test("an engine that does not answer counts as complete, so that Terraform reports its error", async () => {
  const docker = new Docker({ socketPath: "/nowhere/docker.sock" });
  const inspect = () => Promise.reject(new Error("no answer"));
  vi.spyOn(docker, "getImage").mockReturnValue({ inspect } as unknown as Docker.Image);
  expect(await missingFrom(docker, PUSHED)).toEqual([]);
});
