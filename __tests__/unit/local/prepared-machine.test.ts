import { expect, test } from "vitest";
import { references } from "../../../local/prepared-machine";
import { baseImages } from "../../../stacks/images/base-images";

test("the base images of Dockerfiles are listed, each once", () => {
  const built =
    "FROM python:3.13-slim AS build\nRUN true\nFROM --platform=linux/amd64 node:22 as web\n";
  const copied = "FROM python:3.13-slim\nCOPY --from=build /a /a\n";
  expect(references([built, copied].flatMap((text) => baseImages(text)))).toEqual([
    "python:3.13-slim",
    "node:22",
  ]);
});
