import { expect, test } from "vitest";
import { readDeployedTask } from "../../../../operations/tasks/deployed-task";
import { createClients } from "../../../../operations/target/clients";
import { readConfig } from "../../../../project";
import type { Job } from "../../../../spec/service/spec";
import { jobRuns } from "../../../../stacks/platform/job-runs";
import { callsOf } from "../../../support/aws-calls";
import { awsError } from "../../../support/preflight";

const { config } = readConfig({});

test.each([false, true])(
  "a command in a job runs with what its next run starts",
  async (overlap) => {
    const spec: Job = { size: { cpu: 256, memory: 512 }, schedule: { everyMinutes: 5, overlap } };
    const clients = createClients({ region: "us-east-1" });
    const definition = jobRuns(spec, config, {
      cluster: "cluster",
      taskDefinition: "arn:task-definition/platform-nightly-dev:4",
      subnets: ["a", "b"],
      securityGroups: ["nightly"],
    });
    callsOf(clients, {
      GetCallerIdentity: () => ({ Account: "123456789012" }),
      DescribeStateMachine: () => ({ definition }),
    });
    expect(await readDeployedTask({ service: "nightly", spec, config }, clients)).toEqual({
      taskDefinition: "arn:task-definition/platform-nightly-dev:4",
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ["a", "b"],
          securityGroups: ["nightly"],
          assignPublicIp: "DISABLED",
        },
      },
    });
  },
);

test("a job without its state machine is not deployed", async () => {
  const spec: Job = { size: { cpu: 256, memory: 512 }, schedule: { everyMinutes: 5 } };
  const clients = createClients({ region: "us-east-1" });
  callsOf(clients, {
    GetCallerIdentity: () => ({ Account: "123456789012" }),
    DescribeStateMachine: () => {
      throw awsError("StateMachineDoesNotExist");
    },
  });
  await expect(readDeployedTask({ service: "nightly", spec, config }, clients)).rejects.toThrow(
    "nightly is not deployed in dev",
  );
});
