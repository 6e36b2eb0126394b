import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServicesCommand,
} from "@aws-sdk/client-ecs";
import { expect, test, vi } from "vitest";
import { imagesInUse } from "../../../../operations/images/images-in-use";
import { readConfig } from "../../../../project";
import { callsOf } from "../../../support/aws-calls";
import { jobAccount } from "../../../support/job-account";
import { awsError } from "../../../support/preflight";
import { fixture } from "../../../support/services";
import { targetOf } from "../../../support/target";

const HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

/** An ECS whose one service deploys the revisions, the first as its own, with these images. */
function account(revisions: Readonly<Record<string, readonly string[]>> | Error) {
  const target = targetOf({ config: readConfig({}).config, services: fixture });
  vi.spyOn(target.clients.ecs, "send").mockImplementation((command: unknown) => {
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
  return target;
}

test("the images in use are those of each container of each deployment", async () => {
  const target = account({
    "web:2": [
      `${HOST}/platform-dev/web@${digest("b")}`,
      `${HOST}/platform-dev/ready@${digest("c")}`,
    ],
    "web:1": [
      `${HOST}/platform-dev/web@${digest("a")}`,
      `${HOST}/platform-dev/ready@${digest("c")}`,
    ],
  });
  expect(await imagesInUse(target)).toEqual(
    new Map([
      ["platform-dev/web", new Set([digest("b"), digest("a")])],
      ["platform-dev/ready", new Set([digest("c")])],
    ]),
  );
});

test("another environment's images, foreign ones and those without a digest are none of it", async () => {
  const target = account({
    "web:1": [
      `${HOST}/platform-prod/web@${digest("a")}`,
      `${HOST}/platform-dev2/web@${digest("a")}`,
      `public.ecr.aws/nginx/nginx@${digest("a")}`,
      `${HOST}/platform-dev/web:latest`,
    ],
  });
  expect(await imagesInUse(target)).toEqual(new Map());
});

test.each([
  ["that its next run starts", [], ["3"]],
  ["that the next try of a run starts again", [{ revision: 1 }], ["3", "1"]],
  ["that the next try of a run may start", [{ revision: undefined }], ["3", "1", "2"]],
])("the images of a job are those %s", async (_, running, used) => {
  const { target, answers } = jobAccount({ current: 3, active: [1, 2, 3], running });
  callsOf(target.clients, {
    ...answers,
    ListServices: () => ({}),
    DescribeTaskDefinition: ({ taskDefinition }) => {
      const image = `${HOST}/platform-dev/nightly@${digest(String(taskDefinition).slice(-1))}`;
      return { taskDefinition: { containerDefinitions: [{ image }] } };
    },
  });
  expect(await imagesInUse(target)).toEqual(
    new Map([["platform-dev/nightly", new Set(used.map(digest))]]),
  );
});

test("a job that is not deployed yet uses no image", async () => {
  const { target, answers } = jobAccount(undefined);
  callsOf(target.clients, { ...answers, ListServices: () => ({}) });
  expect(await imagesInUse(target)).toEqual(new Map());
});

test("without a cluster nothing is in use, but a denied request is no answer", async () => {
  expect(await imagesInUse(account(awsError("ClusterNotFoundException")))).toEqual(new Map());
  await expect(imagesInUse(account(awsError("AccessDeniedException")))).rejects.toThrow();
});
