import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import {
  imageSourceOf,
  parseSynthesizedStack,
  readSynthesizedStack,
  tasksOf,
} from "../../../../operations/terraform/synthesized-stack";

const reference = (stack: string, output: string) =>
  `\${data.terraform_remote_state.cross-stack-reference-input-${stack}.outputs.${output}}`;
const web = { triggers: { content: "0a1b" }, name: "web" };
const orders = {
  name: "${data.terraform_remote_state.promoted-from-blue-2.outputs.running-images[0]}",
};

const images = {
  resource: {
    docker_image: {
      images_web_image_1A2B3C4D: web,
      "images_web-admin_image_1A2B3C4D": { triggers: { content: "4c5d" } },
      images_orders_image_1A2B3C4D: orders,
      images_other_image_1A2B3C4D: {},
    },
    docker_registry_image: {
      images_web_pushed_1A2B3C4D: {
        name: `${reference("registry", "web-url")}:${reference("registry", "tag_1")}`,
        other: reference("elsewhere", "ignored"),
      },
    },
  },
  data: { aws_ecr_image: { pushed: { name: reference("registry", "data-url") } } },
  locals: { host: reference("registry", "local-url") },
};

test("a stack has its resources by address without data sources, and all its inputs with their users", () => {
  const { stack, resources, inputs } = parseSynthesizedStack("images", images);
  expect(stack).toBe("images");
  expect([...resources.keys()]).toEqual([
    "docker_image.images_web_image_1A2B3C4D",
    "docker_image.images_web-admin_image_1A2B3C4D",
    "docker_image.images_orders_image_1A2B3C4D",
    "docker_image.images_other_image_1A2B3C4D",
    "docker_registry_image.images_web_pushed_1A2B3C4D",
  ]);
  expect(resources.get("docker_image.images_web_image_1A2B3C4D")).toEqual(web);
  const pushed = "docker_registry_image.images_web_pushed_1A2B3C4D";
  expect(inputs).toEqual([
    { producer: "registry", output: "web-url", user: pushed },
    { producer: "registry", output: "tag_1", user: pushed },
    { producer: "registry", output: "data-url", user: "data.aws_ecr_image.pushed" },
    { producer: "registry", output: "local-url", user: "local.host" },
  ]);
});

test("a stack is read from its folder in the synthesis, and an empty one has nothing", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "synthesized-stack-"));
  mkdirSync(path.join(folder, "stacks", "images"), { recursive: true });
  writeFileSync(path.join(folder, "stacks", "images", "cdk.tf.json"), "{}");
  const nothing = { stack: "images", resources: new Map(), inputs: [] };
  expect(readSynthesizedStack(folder, "images")).toEqual(nothing);
  rmSync(folder, { recursive: true });
});

test.each([
  ["web", { contentHash: "0a1b" }],
  ["orders", { environment: "blue-2" }],
  ["other", undefined],
  ["gone", undefined],
])("the source of the image %s is %j", (image, source) => {
  expect(imageSourceOf(parseSynthesizedStack("images", images), image)).toEqual(source);
});

test.each([
  ["web", 2],
  ["orders", undefined],
  ["gone", undefined],
])("the service %s starts with %j tasks", (service, tasks) => {
  const aws_ecs_service = {
    "services_web-admin_service_1A2B3C4D": { desired_count: 9 },
    services_web_service_1A2B3C4D: { desired_count: 2 },
    // Scaled by AWS.
    services_orders_service_1A2B3C4D: { desired_count: "${null}" },
  };
  const platform = parseSynthesizedStack("platform", { resource: { aws_ecs_service } });
  expect(tasksOf(platform, service)).toBe(tasks);
});
