import type { PushedImage } from "../../operations/images/images-in-state";

/** A resource of a Terraform state. */
export function managed(type: string, name: string, attributes: object) {
  return { mode: "managed", type, name, instances: [{ attributes }] };
}

const web = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/platform-dev/web:build-0a1b-22223333";
const orders = "127.0.0.1:4566/platform-prod/orders:build-4e5f-88889999";

/** What a state of `images` has of an image that was built, and of one that was promoted. */
export const IMAGES = [
  managed("terraform_data", "images_web_build_0A1B2C3D", {
    id: "22223333-0000-0000-0000-000000000000",
  }),
  managed("docker_image", "images_web_image_0A1B2C3D", {
    name: web,
    image_id: "sha256:id-of-web",
  }),
  managed("docker_registry_image", "images_web_pushed_0A1B2C3D", {
    name: web,
    sha256_digest: "sha256:pushed-web",
  }),
  managed("terraform_data", "images_orders_promotion_4E5F6A7B", {
    id: "88889999-0000-0000-0000-000000000000",
  }),
  managed("docker_image", "images_orders_image_4E5F6A7B", {
    // The engine knows it by its name in the source environment.
    name: "127.0.0.1:4566/platform-dev/orders@sha256:pushed-orders",
    image_id: "sha256:id-of-orders",
  }),
  managed("docker_tag", "images_orders_tag_4E5F6A7B", {
    source_image: "sha256:id-of-orders",
    target_image: orders,
  }),
  managed("docker_registry_image", "images_orders_pushed_4E5F6A7B", {
    name: orders,
    sha256_digest: "sha256:pushed-orders",
  }),
] as const;

/** Both, once they are pushed. */
export const PUSHED = [
  {
    name: web,
    id: "sha256:id-of-web",
    addresses: [
      "docker_image.images_web_image_0A1B2C3D",
      "terraform_data.images_web_build_0A1B2C3D",
    ],
    host: "111122223333.dkr.ecr.eu-west-1.amazonaws.com",
    repository: "platform-dev/web",
    digest: "sha256:pushed-web",
  },
  {
    name: "127.0.0.1:4566/platform-dev/orders@sha256:pushed-orders",
    id: "sha256:id-of-orders",
    addresses: [
      "docker_image.images_orders_image_4E5F6A7B",
      "terraform_data.images_orders_promotion_4E5F6A7B",
    ],
    host: "127.0.0.1:4566",
    repository: "platform-prod/orders",
    digest: "sha256:pushed-orders",
  },
] as const satisfies readonly PushedImage[];
