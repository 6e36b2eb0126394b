import { expect, test } from "vitest";
import { usedAgain } from "../../../../operations/images/used-again";
import { PUSHED } from "../../../support/images-state";

const BUILD = "docker_image.images_web_image_0A1B2C3D";
const PROBE = "docker_container.images_web_probe_0A1B2C3D";
const ASKS = "docker_container.images_web_health_0A1B2C3D";
const SCAN = "terraform_data.images_web_Scan_0A1B2C3D";
const TRIGGER = "terraform_data.images_web_build_0A1B2C3D";

/** The images of two services and of the platform that are used again by a plan. */
function used(changes: Readonly<Record<string, readonly string[]>>) {
  const plan = {
    resource_changes: Object.entries(changes).map(([address, actions]) => {
      return { address, mode: "managed", change: { actions, after: {} } };
    }),
  };
  return ["web", "orders-web", "ready"].filter((name) =>
    usedAgain(plan)({ ...PUSHED[0], repository: `platform-dev/${name}` }),
  );
}

test("an image that is probed with other settings is, and with it what asks for its health", () => {
  expect(used({ [PROBE]: ["delete", "create"] })).toEqual(["web", "ready"]);
  expect(used({ [ASKS]: ["create"] })).toEqual(["web", "ready"]);
});

test("an image that is scanned by other rules is, alone", () => {
  expect(used({ [SCAN]: ["delete", "create"] })).toEqual(["web"]);
});

test("a new image is not: it is built, and only what asks for its health has to be there", () => {
  const create = ["create"];
  expect(used({ [BUILD]: create, [PROBE]: create, [SCAN]: create, [TRIGGER]: create })).toEqual([
    "ready",
  ]);
});

test("no image is where nothing changes, or only goes", () => {
  expect(used({ [PROBE]: ["no-op"], [SCAN]: ["no-op"] })).toEqual([]);
  expect(used({ [PROBE]: ["delete"], [SCAN]: ["delete"] })).toEqual([]);
});
