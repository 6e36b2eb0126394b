import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServicesCommand,
} from "@aws-sdk/client-ecs";
import { expect, test, vi } from "vitest";
import { imagesInUse } from "../../../../operations/images/images-in-use";
import { createClients } from "../../../../operations/target/clients";
import { readConfig } from "../../../../project";
import { awsError } from "../../../support/preflight";

const { config } = readConfig({});
const HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

/** An ECS whose one service deploys the revisions, the first as its own, with these images. */
function account(revisions: Readonly<Record<string, readonly string[]>> | Error) {
  const { ecs } = createClients({ region: "us-east-1" });
  vi.spyOn(ecs, "send").mockImplementation((command: unknown) => {
    if (revisions instanceof Error) throw revisions;
    const [own, ...others] = Object.keys(revisions);
    if (command instanceof ListServicesCommand) return { serviceArns: ["web"] };
    if (command instanceof DescribeServicesCommand) {
      const deployments = [own, ...others].map((taskDefinition) => ({ taskDefinition }));
      return { services: [{ taskDefinition: own, deployments }] };
    }
    expect(command).toBeInstanceOf(DescribeTaskDefinitionCommand);
    const { taskDefinition = "" } = (command as DescribeTaskDefinitionCommand).input;
    const containerDefinitions = revisions[taskDefinition]?.map((image) => ({ image }));
    return { taskDefinition: { containerDefinitions } };
  });
  return ecs;
}

test("the images in use are those of each container of each deployment", async () => {
  const ecs = account({
    "web:2": [
      `${HOST}/platform-dev/web@${digest("b")}`,
      `${HOST}/platform-dev/ready@${digest("c")}`,
    ],
    "web:1": [
      `${HOST}/platform-dev/web@${digest("a")}`,
      `${HOST}/platform-dev/ready@${digest("c")}`,
    ],
  });
  expect(await imagesInUse(ecs, config)).toEqual(
    new Map([
      ["platform-dev/web", new Set([digest("b"), digest("a")])],
      ["platform-dev/ready", new Set([digest("c")])],
    ]),
  );
});

test("another environment's images, foreign ones and those without a digest are none of it", async () => {
  const ecs = account({
    "web:1": [
      `${HOST}/platform-prod/web@${digest("a")}`,
      `${HOST}/platform-dev2/web@${digest("a")}`,
      `public.ecr.aws/nginx/nginx@${digest("a")}`,
      `${HOST}/platform-dev/web:latest`,
    ],
  });
  expect(await imagesInUse(ecs, config)).toEqual(new Map());
});

test("without a cluster nothing is in use, but a denied request is no answer", async () => {
  expect(await imagesInUse(account(awsError("ClusterNotFoundException")), config)).toEqual(
    new Map(),
  );
  await expect(imagesInUse(account(awsError("AccessDeniedException")), config)).rejects.toThrow();
});
