import { expect, test } from "vitest";
import { readConfig } from "../../../project";
import { imageNames, repositoryNames } from "../../../spec/images";
import { fixture } from "../../support/services";

const { web } = fixture;

test("each service has an image; the database's setup has one if any service has a database", () => {
  expect(imageNames(fixture)).toEqual([
    "ready",
    "web",
    "orders",
    "order-archive",
    "database-setup",
  ]);
  expect(imageNames({ web })).toEqual(["ready", "web"]);
});

test("repositories of services that may still be running stay, also the setup's", () => {
  const { config } = readConfig({ PLATFORM_KEPT_REPOSITORIES: "orders,web" });
  expect(repositoryNames({ web }, config)).toEqual(["web", "ready", "database-setup", "orders"]);
});
