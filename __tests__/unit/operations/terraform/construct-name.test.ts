import { expect, test } from "vitest";
import { constructName } from "../../../../operations/terraform/construct-name";
import {
  imageSourceOf,
  parseSynthesizedStack,
  tasksOf,
} from "../../../../operations/terraform/synthesized-stack";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

const { web } = fixture;
/** Names that end with the id of a construct in them, or that their scope ends with. */
const NAMES = ["order-service", "product-image", "health-probe", "s", "images", "services"];

test.each(NAMES)("a service may be called %s, and is found in the stacks", (name) => {
  const { images, platform } = synthesize({ [name]: { ...web, calls: [] } });
  expect(tasksOf(parseSynthesizedStack("platform", platform.json), name)).toBe(2);
  expect(imageSourceOf(parseSynthesizedStack("images", images.json), name)).toHaveProperty(
    "contentHash",
  );
});

test("an id is left out only after one that ends with it", () => {
  expect(constructName("services", "web", "service")).toBe("services_web_service");
  expect(constructName("services", "order-service", "service")).toBe("services_order-service");
  expect(constructName("images", "s", "image")).toBe("images_image");
});
