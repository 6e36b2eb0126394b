import { expect, test } from "vitest";
import { readRunning } from "../../../../operations/handbook/running";
import { createClients } from "../../../../operations/target/clients";
import { readConfig } from "../../../../project";
import type { Services } from "../../../../spec/service/spec";
import { callsOf } from "../../../support/aws-calls";
import { awsError } from "../../../support/preflight";

const { config } = readConfig({});
const services: Services = { worker: { size: { cpu: 256, memory: 512 } } };
const service = {
  serviceName: "platform-worker-dev",
  status: "ACTIVE",
  taskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/platform-worker-dev:7",
};

function read(answers: Parameters<typeof callsOf>[1], seconds?: number) {
  const clients = createClients({ region: config.region });
  callsOf(clients, {
    GetCallerIdentity: () => ({ Account: "123456789012" }),
    DescribeLoadBalancers: () => ({ LoadBalancers: [{ DNSName: "lb.example.com" }] }),
    DescribeServices: () => ({ services: [service] }),
    ListTasks: () => ({ taskArns: [] }),
    DescribeScalableTargets: () => ({ ScalableTargets: [] }),
    ...answers,
  });
  return readRunning({ config, services }, clients, seconds);
}

test("AWS tells the account, the address, and what each service runs", async () => {
  const { entries, ...running } = await read({});
  expect(running).toEqual({
    account: "123456789012",
    url: "http://lb.example.com",
    gaps: [],
    isLate: false,
  });
  expect(entries.get("worker")).toMatchObject({ revision: "platform-worker-dev:7" });
});

test("what it refuses is a gap with its words, and the rest is read", async () => {
  const running = await read({
    DescribeLoadBalancers: () => {
      throw awsError("AccessDenied", "not authorized.\nSecond line");
    },
  });
  expect(running).toMatchObject({ account: "123456789012", url: undefined });
  expect(running.gaps).toEqual(["AccessDenied: not authorized"]);
  expect(running.entries.size).toBe(1);
});

test("an environment that is not deployed has no address, and says so", async () => {
  const { gaps } = await read({
    DescribeLoadBalancers: () => {
      throw awsError("LoadBalancerNotFoundException");
    },
  });
  expect(gaps).toEqual(["dev is not deployed in us-east-1: it has no load balancer"]);
});

test("the same reason is said once", async () => {
  const refuse = () => {
    throw awsError("ExpiredToken", "expired");
  };
  const { gaps, entries } = await read({
    GetCallerIdentity: refuse,
    DescribeLoadBalancers: refuse,
    DescribeServices: refuse,
  });
  expect(gaps).toEqual(["ExpiredToken: expired"]);
  expect(entries.size).toBe(0);
});

test("AWS is not waited for any longer than the limit", async () => {
  const never = () => new Promise(() => undefined);
  const running = await read({ DescribeServices: never }, 0.05);
  expect(running.gaps).toEqual(["AWS did not answer within 0.05 s"]);
  expect(running).toMatchObject({ account: "123456789012", isLate: true });
});
