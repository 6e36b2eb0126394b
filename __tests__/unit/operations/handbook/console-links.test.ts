import { expect, test } from "vitest";
import { consoleLinks } from "../../../../operations/handbook/console-links";
import { readConfig } from "../../../../project";

test("a log group's name is encoded as CloudWatch's own pages do it", () => {
  const links = consoleLinks(readConfig({}).config);
  expect(links?.logGroup("/ecs/platform-dev/web")).toBe(
    "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Fecs$252Fplatform-dev$252Fweb",
  );
});

test("the local AWS has no console", () => {
  const { config } = readConfig({ PLATFORM_REGISTRY: "http://127.0.0.1:4566" });
  expect(consoleLinks(config)).toBeUndefined();
});
