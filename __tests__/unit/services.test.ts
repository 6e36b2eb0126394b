import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { sourcesOf } from "../../project";
import { services } from "../../services";
import { catalogueProblems } from "../../spec/service/problems";

test("the catalogue has no problems", () => {
  expect(catalogueProblems(services)).toEqual([]);
});

test.each(Object.entries(services))("%s exposes the port of its entry", (service, { port }) => {
  const dockerfile = sourcesOf(services)(service).dockerfile;
  expect(existsSync(dockerfile)).toBe(true);
  expect(readFileSync(dockerfile, "utf8")).toMatch(new RegExp(`^EXPOSE ${port}$`, "m"));
});

test.each(["src/http", "src/identity", "src/card-number.ts", "test/identity"])(
  "the Node services have the same %s, each its own copy",
  (shared) => {
    const files = (service: string) => {
      const root = path.join("services", service, shared);
      const names = statSync(root).isDirectory() ? readdirSync(root) : [""];
      return names.map((name) => [name, readFileSync(path.join(root, name), "utf8")]);
    };
    expect(files("fraud-detection")).toEqual(files("transaction-processor"));
  },
);
