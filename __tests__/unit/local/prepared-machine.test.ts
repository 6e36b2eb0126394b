import { expect, test } from "vitest";
import { baseImages } from "../../../local/prepared-machine";

test("the base images of Dockerfiles are listed, each once", () => {
  const built =
    "FROM python:3.13-slim AS build\nRUN true\nFROM --platform=linux/amd64 node:22 as web\n";
  const copied = "FROM python:3.13-slim\nCOPY --from=build /a /a\n";
  expect(baseImages([built, copied])).toEqual(["python:3.13-slim", "node:22"]);
});

test("a file's own stages and scratch are not base images", () => {
  expect(baseImages(["FROM node:22 AS build\nFROM build AS test\nFROM scratch\n"])).toEqual([
    "node:22",
  ]);
});
