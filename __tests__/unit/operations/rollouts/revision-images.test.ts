import { expect, test } from "vitest";
import { revisionImages } from "../../../../operations/rollouts/revision-images";
import { createClients } from "../../../../operations/target/clients";
import { callsOf } from "../../../support/aws-calls";
import { awsError } from "../../../support/preflight";

const HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
const imageDigest = `sha256:${"a".repeat(64)}`;
const image = `${HOST}/platform-dev/web@${imageDigest}`;

async function imagesOf(answer: () => object, ...images: readonly (string | undefined)[]) {
  const clients = createClients({ region: "us-east-1" });
  const calls = callsOf(clients, { DescribeImages: answer });
  const containerDefinitions = images.map((each) => ({ name: "web", image: each }));
  const found = await revisionImages({ containerDefinitions }, clients);
  return { found, asked: calls.map(({ input }) => input) };
}

test("ECR is asked for the image by its digest, and tells the tag that it was pushed with", async () => {
  const imageDetails = [{}, { imageTags: ["previous-1", "build-0a1b"] }];
  const { found, asked } = await imagesOf(() => ({ imageDetails }), image);
  expect(found).toEqual([{ name: "web", image, state: "there", tag: "build-0a1b" }]);
  expect(asked).toEqual([{ repositoryName: "platform-dev/web", imageIds: [{ imageDigest }] }]);
});

test.each([{}, { imageDetails: [{}] }])(
  "an image without a tag is there all the same: %j",
  async (answer) => {
    const { found } = await imagesOf(() => answer, image);
    expect(found).toEqual([{ name: "web", image, state: "there", tag: undefined }]);
  },
);

test.each([
  ["ImageNotFoundException", "gone"],
  ["RepositoryNotFoundException", "gone"],
  ["AccessDeniedException", "not told"],
])("after %s it is %s", async (name, state) => {
  const { found } = await imagesOf(() => {
    throw awsError(name);
  }, image);
  expect(found).toEqual([{ name: "web", image, state, tag: undefined }]);
});

test("any other error says nothing of an image, and ends the check", async () => {
  const throttled = awsError("ThrottlingException");
  const asked = imagesOf(() => {
    throw throttled;
  }, image);
  await expect(asked).rejects.toBe(throttled);
});

test.each([
  `${HOST}/platform-dev/web:latest`,
  `web@${imageDigest}`,
  `${image}0`,
  `/${image}`,
  undefined,
])("ECR is not asked for what is not one of its images by a digest: %s", async (each) => {
  const { found, asked } = await imagesOf(() => ({}), each);
  expect([found, asked]).toEqual([[], []]);
});

test("a revision without containers has no images", async () => {
  expect(await revisionImages({}, createClients({ region: "us-east-1" }))).toEqual([]);
});
