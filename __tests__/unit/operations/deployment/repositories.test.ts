import { expect, test, vi } from "vitest";
import { readRepositories, registryHosts } from "../../../../operations/deployment/repositories";
import * as stacks from "../../../../operations/terraform/terraform-stack";
import { readConfig } from "../../../../project";
import { targetOf } from "../../../support/target";

const HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
const repositories = { web: `${HOST}/platform-dev/web`, orders: `${HOST}/platform-dev/orders` };

test.each([
  ["are those that registry has put out", { "repository-urls": repositories }, repositories],
  ["are none before its first deployment", {}, {}],
])("an environment's repositories %s", async (_, outputs, expected) => {
  vi.spyOn(stacks, "readOutputs").mockResolvedValue(outputs);
  const options = { ...targetOf(), report: () => undefined };
  expect(await readRepositories(options)).toEqual(expected);
  expect(stacks.readOutputs).toHaveBeenCalledWith("registry", options);
});

test.each([
  ["ECR, once for all of its repositories", {}, HOST],
  ["the local AWS", { PLATFORM_REGISTRY: "http://127.0.0.1:4566" }, "127.0.0.1:4566"],
])("images are named after the address of %s", (_, variables, host) => {
  expect(registryHosts(readConfig(variables).config, repositories)).toEqual([host]);
});
