import type { Deployment } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { deployedRevisions } from "../../../../operations/rollouts/deployed-revisions";
import { createClients } from "../../../../operations/target/clients";
import { readConfig } from "../../../../project";
import { callsOf } from "../../../support/aws-calls";

const { config } = readConfig({});
const finishedAt = new Date("2026-11-30T10:00:00Z");

/** A successful deployment of a revision of ECS's, which is not that of the task definition. */
const deployment = (revision: string, day: number) => ({
  serviceDeploymentArn: `arn:deployment/${day}`,
  targetServiceRevisionArn: revision,
  createdAt: new Date(Date.UTC(2026, 10, day)),
  finishedAt,
});

/** An ECS with these pages of deployments, whose oldest one replaced these revisions. */
async function revisionsOf(
  pages: readonly object[],
  { sources = [], present = [] }: { sources?: readonly string[]; present?: Deployment[] } = {},
) {
  const clients = createClients({ region: config.region });
  const left = [...pages];
  const calls = callsOf(clients, {
    ListServiceDeployments: () => left.shift() ?? {},
    DescribeServiceDeployments: () => ({
      serviceDeployments: [
        {},
        { sourceServiceRevisions: [{}, ...sources.map((arn) => ({ arn }))] },
      ],
    }),
    DescribeServiceRevisions: ({ serviceRevisionArns }) => ({
      serviceRevisions: [
        { serviceRevisionArn: "without a definition" },
        { taskDefinition: "without a revision" },
        ...(serviceRevisionArns as string[]).map((serviceRevisionArn) => ({
          serviceRevisionArn,
          taskDefinition: `definition of ${serviceRevisionArn}`,
        })),
      ],
    }),
  });
  const found = await deployedRevisions("web", present, config, clients.ecs);
  const inputs = (name: string) =>
    calls.filter((call) => call.name === name).map(({ input }) => input);
  return { names: found.map(({ taskDefinition }) => taskDefinition), found, inputs };
}

test("the revision of the last deployment is first, whatever order ECS lists them in", async () => {
  const serviceDeployments = [deployment("a", 1), deployment("c", 3), deployment("b", 2)];
  const { found, inputs } = await revisionsOf([{ serviceDeployments }]);
  expect(found).toEqual(
    ["c", "b", "a"].map((name) => ({
      taskDefinition: `definition of ${name}`,
      deployedAt: finishedAt,
    })),
  );
  expect(inputs("ListServiceDeployments")).toEqual([
    {
      cluster: "platform-dev",
      service: "platform-web-dev",
      status: ["SUCCESSFUL"],
      maxResults: 100,
      nextToken: undefined,
    },
  ]);
  expect(inputs("DescribeServiceDeployments")).toEqual([
    { serviceDeploymentArns: ["arn:deployment/1"] },
  ]);
});

test("a deployment without a time is the oldest", async () => {
  const undated = { ...deployment("u", 9), createdAt: undefined };
  for (const serviceDeployments of [
    [undated, deployment("a", 1)],
    [deployment("a", 1), undated],
  ]) {
    const { names } = await revisionsOf([{ serviceDeployments }]);
    expect(names).toEqual(["definition of a", "definition of u"]);
  }
});

test("a revision that was deployed twice is there once, with its last time", async () => {
  const serviceDeployments = [deployment("a", 1), deployment("b", 2), deployment("a", 3)];
  const { names } = await revisionsOf([{ serviceDeployments }]);
  expect(names).toEqual(["definition of a", "definition of b"]);
});

test("what the oldest deployment replaced was deployed before it, if that was one revision", async () => {
  const pages = [{ serviceDeployments: [deployment("b", 2)] }];
  expect((await revisionsOf(pages, { sources: ["a"] })).names).toEqual([
    "definition of b",
    "definition of a",
  ]);
  expect((await revisionsOf(pages, { sources: ["a", "z"] })).names).toEqual(["definition of b"]);
  const unnamed = { ...deployment("b", 2), serviceDeploymentArn: undefined };
  const { names, inputs } = await revisionsOf([{ serviceDeployments: [unnamed] }], {
    sources: ["a"],
  });
  expect(names).toEqual(["definition of b"]);
  expect(inputs("DescribeServiceDeployments")).toEqual([]);
});

test("a revision whose tasks still run was deployed too, unless its deployment is not complete", async () => {
  const present = [
    { rolloutState: "COMPLETED", taskDefinition: "older than ECS keeps" },
    { rolloutState: "IN_PROGRESS", taskDefinition: "not healthy yet" },
    { rolloutState: "COMPLETED" },
  ] as Deployment[];
  const { found } = await revisionsOf([{}], { present });
  expect(found).toEqual([{ taskDefinition: "older than ECS keeps", deployedAt: undefined }]);
});

test("all pages are read, and twenty revisions are described at once", async () => {
  const all = [...Array(45).keys()].map((at) => deployment(`r${at}`, at + 1));
  const { names, inputs } = await revisionsOf([
    { serviceDeployments: all.slice(0, 40), nextToken: "2" },
    { nextToken: "3" },
    { serviceDeployments: all.slice(40) },
  ]);
  expect(names).toHaveLength(45);
  expect(inputs("ListServiceDeployments").map(({ nextToken }) => nextToken)).toEqual([
    undefined,
    "2",
    "3",
  ]);
  const asked = inputs("DescribeServiceRevisions").map(
    ({ serviceRevisionArns }) => (serviceRevisionArns as string[]).length,
  );
  expect(asked).toEqual([20, 20, 5]);
});

test("a service that has no deployments on record has none to go back to", async () => {
  const { names, inputs } = await revisionsOf([{ serviceDeployments: [{}] }]);
  expect(names).toEqual([]);
  expect(inputs("DescribeServiceRevisions")).toEqual([]);
});

test("500 deployments are more than anybody chooses from", async () => {
  const page = (day: number) => ({ serviceDeployments: [deployment("a", day)], nextToken: "more" });
  const { inputs } = await revisionsOf([1, 2, 3, 4, 5, 6, 7].map(page));
  expect(inputs("ListServiceDeployments")).toHaveLength(5);
});
