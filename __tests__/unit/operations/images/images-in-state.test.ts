import { expect, test } from "vitest";
import { imagesIn } from "../../../../operations/images/images-in-state";
import { IMAGES, PUSHED, managed } from "../../../support/images-state";

const [BUILD, WEB, WEB_PUSHED, PROMOTION, ORDERS, ORDERS_TAG, ORDERS_PUSHED] = IMAGES;
const rest = IMAGES.slice(3);

test("a pushed image is known by its repository and digest, whether it was built or promoted", () => {
  expect(imagesIn({ resources: IMAGES })).toEqual({ unpushed: [], pushed: PUSHED });
  expect(imagesIn(undefined)).toEqual({ pushed: [], unpushed: [] });
});

const { addresses } = PUSHED[0];

test("an image that was built but never pushed is unpushed", () => {
  const { pushed, unpushed } = imagesIn({ resources: [BUILD, WEB, ...rest] });
  expect(unpushed).toEqual([{ name: PUSHED[0].name, id: "sha256:id-of-web", addresses }]);
  expect(pushed).toEqual([PUSHED[1]]);
});

test("an image whose push has failed is unpushed, though the one before was pushed", () => {
  const name = PUSHED[0].name.replace("0a1b", "9e8f");
  const built = managed("docker_image", "images_web_image_0A1B2C3D", {
    name,
    image_id: "sha256:2",
  });
  const { pushed, unpushed } = imagesIn({ resources: [BUILD, built, WEB_PUSHED, ...rest] });
  expect(unpushed).toEqual([{ name, id: "sha256:2", addresses }]);
  expect(pushed).toEqual([PUSHED[1]]);
});

test("a promoted image is pushed only under its tag, though the digest was pushed under another", () => {
  const again = managed("docker_tag", "images_orders_tag_4E5F6A7B", {
    source_image: "sha256:id-of-orders",
    target_image: "127.0.0.1:4566/platform-prod/orders:build-7c8d-66667777",
  });
  const promotion = managed("terraform_data", "images_orders_promotion_4E5F6A7B", {
    id: "66667777-0000-0000-0000-000000000000",
  });
  const { pushed, unpushed } = imagesIn({ resources: [promotion, ORDERS, again, ORDERS_PUSHED] });
  expect(pushed).toEqual([]);
  expect(unpushed).toEqual([
    { name: PUSHED[1].name, id: PUSHED[1].id, addresses: PUSHED[1].addresses },
  ]);
});

test("a promoted image that has no tag yet is unpushed", () => {
  const { unpushed } = imagesIn({ resources: [PROMOTION, ORDERS, ORDERS_PUSHED] });
  expect(unpushed.map(({ addresses: [address] }) => address)).toEqual([
    "docker_image.images_orders_image_4E5F6A7B",
  ]);
});

test("a promoted image that arrived with another digest is unpushed", () => {
  const name = "127.0.0.1:4566/platform-prod/orders:build-4e5f-88889999";
  const rewritten = managed("docker_registry_image", "images_orders_pushed_4E5F6A7B", {
    name,
    sha256_digest: "sha256:rewritten",
  });
  const { pushed, unpushed } = imagesIn({
    resources: [PROMOTION, ORDERS, ORDERS_TAG, rewritten],
  });
  expect([pushed.length, unpushed.length]).toEqual([0, 1]);
});

test("a tag of another image of the service is not its own", () => {
  const target_image = "127.0.0.1:4566/platform-prod/orders:build-1a2b-00001111";
  const former = managed("docker_tag", "images_orders_tag_4E5F6A7B", {
    source_image: "sha256:former",
    target_image,
  });
  const { pushed } = imagesIn({
    resources: [former, PROMOTION, ORDERS, ORDERS_TAG, ORDERS_PUSHED],
  });
  expect(pushed).toEqual([PUSHED[1]]);
});

test("two services may promote the same content", () => {
  const source_image = "sha256:id-of-orders";
  const target_image = "127.0.0.1:4566/platform-prod/bills:build-8e9f-44445555";
  const bills = managed("docker_tag", "images_bills_tag_4E5F6A7B", { source_image, target_image });
  const { pushed } = imagesIn({ resources: [bills, PROMOTION, ORDERS, ORDERS_TAG, ORDERS_PUSHED] });
  expect(pushed).toEqual([PUSHED[1]]);
});

test.each(["image", "pushed", "build", "web-image"])("a service may be called %s", (service) => {
  const name = `127.0.0.1:4566/platform-dev/${service}:build-0a1b-11112222`;
  const resources = [
    managed("docker_image", `images_${service}_0A1B2C3D`, { name, image_id: "sha256:1" }),
    managed("docker_registry_image", `images_${service}_0A1B2C3D`, {
      name,
      sha256_digest: "sha256:2",
    }),
  ];
  const { pushed, unpushed } = imagesIn({ resources });
  expect(pushed.map(({ repository }) => repository)).toEqual([`platform-dev/${service}`]);
  expect(unpushed).toEqual([]);
});

test.each([
  ["is a data source", { mode: "data" }],
  ["has no digest yet", { instances: [{ attributes: { name: PUSHED[0].name } }] }],
  ["has no instances", { instances: undefined }],
])("a record that %s is no pushed image", (_, difference) => {
  const { pushed, unpushed } = imagesIn({ resources: [WEB, { ...WEB_PUSHED, ...difference }] });
  expect([pushed.length, unpushed.length]).toEqual([0, 1]);
});

test("an image that was pushed without a tag is none of ours", () => {
  const name = "127.0.0.1:4566/platform-dev/web";
  const { pushed } = imagesIn({
    resources: [
      managed("docker_image", "images_web_image_0A1B2C3D", { name, image_id: "sha256:1" }),
      managed("docker_registry_image", "images_web_pushed_0A1B2C3D", {
        name,
        sha256_digest: "sha256:2",
      }),
    ],
  });
  expect(pushed).toEqual([]);
});

test("an image of which the state has no name or no ID is none", () => {
  const nameless = managed("docker_image", "images_web_image_0A1B2C3D", { image_id: "sha256:1" });
  const unbuilt = managed("docker_image", "images_web_image_0A1B2C3D", { name: "web" });
  expect(imagesIn({ resources: [nameless, unbuilt] })).toEqual({ pushed: [], unpushed: [] });
});
