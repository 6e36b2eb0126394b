import { expect, test } from "vitest";
import { isImageName, shortId } from "../../../../operations/images/image-names";

test("an image is shown by the first twelve digits of its ID, as in the engine's own lists", () => {
  expect(shortId("sha256:0123456789abcdef")).toBe("0123456789ab");
});

test("an engine's stand-in for a missing name is none", () => {
  expect(isImageName("<none>:<none>")).toBe(false);
  expect(isImageName("host/web:1")).toBe(true);
});
