import { expect, test } from "vitest";
import { readStatus } from "../../../../local/verification/service-status";
import { createClients } from "../../../../operations/target/clients";
import { readConfig } from "../../../../project";
import { callsOf } from "../../../support/aws-calls";

test("a task that runs but is unhealthy is counted as both", async () => {
  const clients = createClients({ region: "us-east-1" });
  callsOf(clients, {
    DescribeServices: () => ({ services: [{ runningCount: 2, desiredCount: 2 }] }),
    ListTasks: () => ({ taskArns: ["a", "b"] }),
    DescribeTasks: () => ({
      tasks: ["HEALTHY", "UNHEALTHY"].map((healthStatus) => ({
        lastStatus: "RUNNING",
        healthStatus,
        containers: [{ name: "web", imageDigest: "sha256:a", runtimeId: "c" }],
      })),
    }),
  });
  expect(await readStatus(clients.ecs, ["web"], readConfig({}).config)).toEqual([
    {
      service: "web",
      running: 2,
      desired: 2,
      unhealthy: 1,
      digests: ["sha256:a"],
      addresses: [],
      containers: ["c", "c"],
    },
  ]);
});
