import { describe, expect, test } from "vitest";
import { type Estimate, estimate, unknownTypes } from "../../../../operations/cost/estimate";
import type { PriceList } from "../../../../operations/cost/price-list";
import type { EnvironmentSettings } from "../../../../spec/environment/settings";
import type { Job, Services, Worker } from "../../../../spec/service/spec";
import { START, listOf, only, resourcesIn } from "../../../support/cost";
import { asDeployed } from "../../../support/deployed-resources";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

const dev = { name: "platform", suffix: "dev" };
const size = { cpu: 512, memory: 2048 } as const;
const job: Job = { schedule: { cron: "0 3 * * ? *", limitMinutes: 30 }, size };
const worker: Worker = { size, receives: ["letters"], scaling: { min: 0, max: 3, backlog: 10 } };
const busy: Worker = {
  size,
  scaling: {
    min: 2,
    max: 40,
    schedule: [
      { cron: "0 8 ? * MON-FRI *", min: 4, max: 20 },
      { cron: "0 20 ? * MON-FRI *", min: 1, max: 10 },
    ],
  },
};

function estimateOf(
  services: Services,
  prices: PriceList = listOf(),
  settings: EnvironmentSettings = {},
): Estimate {
  return estimate(resourcesIn(synthesize(services, {}, settings)), dev, prices, START);
}

/** The lines of a part, each as `what: from to to`. */
function linesOf(part: string, { lines }: Estimate): string[] {
  return lines
    .filter((line) => line.part === part)
    .map(({ what, count }) => `${what}: ${count.from} to ${count.to}`);
}

/** Every word and setting that creates something. */
const everything: Services = {
  ...fixture,
  worker: { ...worker, sends: ["parcels"], stores: ["papers"] },
  busy: { ...busy, receives: ["parcels"], sends: ["letters"] },
  job: { ...job, calls: ["orders"] },
};
const everySetting: EnvironmentSettings = {
  protected: true,
  domain: { name: "dev.example.com", hostedZone: "example.com" },
  firewall: { requestsPerFiveMinutes: 2000 },
  capacity: "spot",
  pullableBy: ["111122223333"],
};

test("no stack has a type of resource whose cost is not known", () => {
  const unknown = unknownTypes(resourcesIn(synthesize(everything, {}, everySetting)));
  expect(
    unknown,
    "Add each to PRICED in operations/cost/priced.ts if it costs as long as it is there, to BY_USE in " +
      "by-use.ts if it costs as it is used, or to FREE there if AWS charges nothing for it.",
  ).toEqual([]);
});

test("a type that nobody has priced is named in the estimate, with how many there are", () => {
  const cache = { type: "aws_elasticache_cluster", values: {} };
  const resources = ["a", "b"].map((name) => ({ ...cache, address: `${cache.type}.${name}` }));
  expect(unknownTypes(resources)).toEqual(["aws_elasticache_cluster"]);
  const another = { type: "aws_apprunner_service", values: {}, address: "aws_apprunner_service.a" };
  expect(unknownTypes([...resources, another])).toEqual([
    "aws_apprunner_service",
    "aws_elasticache_cluster",
  ]);
  expect(estimate(resources, dev, listOf()).unpriced).toEqual(["2 aws_elasticache_cluster"]);
});

describe("a service", () => {
  test("costs its vCPU and its memory for each hour, from the fewest tasks to the most", () => {
    const prices = only({ fargateX86VcpuHour: 1, fargateX86GbHour: 0.1 });
    const { lines, total } = estimateOf({ archive: fixture["order-archive"] }, prices);
    const task = 730 * (0.25 + 0.5 * 0.1);
    expect(lines[0]).toMatchObject({ part: "archive", what: "tasks of 0.25 vCPU and 0.5 GB" });
    expect(lines[0]?.count).toEqual({ from: 1, to: 3 });
    expect(lines[0]?.dollars).toEqual({ from: task, to: 3 * task });
    expect(total).toEqual({ from: task, to: 3 * task });
  });

  test("is counted over all times of its schedule", () => {
    expect(linesOf("busy", estimateOf({ busy }))).toEqual(["tasks of 0.5 vCPU and 2 GB: 1 to 40"]);
  });

  test("that waits for messages costs nothing at the least", () => {
    const services = { worker, sender: { size, sends: ["letters"] } };
    expect(linesOf("worker", estimateOf(services))).toEqual(["tasks of 0.5 vCPU and 2 GB: 0 to 3"]);
  });

  test("has ARM64's prices in an environment of that architecture", () => {
    const arm = only({ fargateArmVcpuHour: 1 });
    expect(estimateOf({ busy }, arm).total.to).toBe(0);
    const found = estimateOf({ busy }, arm, { architecture: "ARM64" });
    expect(found.total.to).toBe(40 * 0.5 * 730);
    expect(found.lines[0]?.what).toBe("tasks of 0.5 vCPU and 2 GB (ARM64)");
  });

  test("costs a part of the price on Spot, and the estimate says so", () => {
    const prices = only({ fargateX86VcpuHour: 1 }, 0.25);
    const onDemand = estimateOf({ busy }, prices);
    const onSpot = estimateOf({ busy }, prices, { capacity: "spot" });
    expect(onDemand.lines[0]?.onSpot).toBe(false);
    expect(onSpot.lines[0]?.onSpot).toBe(true);
    expect(onSpot.total.to).toBe(onDemand.total.to * 0.25);
  });
});

describe("a job", () => {
  test("costs a minute of each run at the least, and its limit at the most", () => {
    const [line] = estimateOf({ job }).lines;
    expect(line?.part).toBe("job");
    expect(line?.what).toBe("hours of a task of 0.5 vCPU and 2 GB, in 30 runs");
    expect(line?.count.from).toBeCloseTo(365 / 12 / 60);
    expect(line?.count.to).toBeCloseTo((365 / 12) * 0.5);
  });

  test("may fail as often as it is tried again", () => {
    const retried: Job = { ...job, schedule: { ...job.schedule, retries: 2 } };
    expect(estimateOf({ job: retried }).lines[0]?.count.to).toBeCloseTo((365 / 12) * 0.5 * 3);
  });

  test("takes no more than the month, unless its runs may overlap", () => {
    const often = { everyMinutes: 5, limitMinutes: 60 };
    const to = (overlap: boolean) =>
      estimateOf({ job: { ...job, schedule: { ...often, overlap } } }).lines[0]?.count.to;
    expect(to(false)).toBe(730);
    expect(to(true)).toBe(730 * 12);
  });

  test("runs on Spot where services do", () => {
    expect(estimateOf({ job }, listOf(), { capacity: "spot" }).lines[0]?.onSpot).toBe(true);
  });
});

describe("what is shared", () => {
  const database = { orders: fixture.orders };

  test("is there once, however many services there are", () => {
    const sharedBy = (services: Services) =>
      linesOf("shared", estimateOf(services)).filter((line) => !/alarm|Insights|secret/.test(line));
    expect(sharedBy(fixture).sort()).toEqual([
      "ACU of Aurora's writer: 0.5 to 4",
      "NAT gateways: 2 to 2",
      "application load balancers: 1 to 1",
      "dashboards of CloudWatch: 1 to 1",
      "hosted zones of Route 53: 1 to 1",
      // Of two NAT gateways and of the load balancer in two zones.
      "public IPv4 addresses: 4 to 4",
    ]);
    expect(sharedBy(database)).toEqual(sharedBy(fixture));
  });

  test("follows the environment's settings", () => {
    const found = estimateOf(database, listOf(), {
      natGateways: "shared",
      availabilityZones: 3,
      database: { minCapacity: 0, maxCapacity: 8 },
      firewall: { requestsPerFiveMinutes: 100 },
      protected: true,
      plainHttp: true,
    });
    expect(linesOf("shared", found)).toEqual(
      expect.arrayContaining([
        "NAT gateways: 1 to 1",
        "public IPv4 addresses: 4 to 4",
        "ACU of Aurora's writer: 0 to 8",
        "ACU of Aurora's reader: 0 to 8",
        "web ACLs of AWS WAF: 1 to 1",
        "rules of AWS WAF: 1 to 1",
      ]),
    );
  });

  test("has the secrets of the databases, and that of RDS itself", () => {
    expect(linesOf("shared", estimateOf(database))).toContain("secrets in Secrets Manager: 2 to 2");
    expect(linesOf("shared", estimateOf({ job })).join()).not.toContain("secret");
  });

  test("has 13 metrics of the cluster, 25 of each service, and 10 of a job while it runs", () => {
    const insights = (services: Services) =>
      estimateOf(services).lines.find(({ what }) => what.includes("Insights"))?.count;
    expect(insights(fixture)).toEqual({ from: 13 + 3 * 25, to: 13 + 3 * 25 });
    expect(insights({ worker, sender: { size, sends: ["letters"] } })).toEqual({
      from: 13 + 25,
      to: 13 + 2 * 25,
    });
    expect(insights({ job })?.to).toBeCloseTo(13 + (10 * (365 / 12) * 0.5) / 730);
  });

  test("has two alarms of each target, each by the metrics that it reads", () => {
    const alarms = (services: Services) =>
      linesOf("shared", estimateOf(services)).find((line) => line.includes("alarms"));
    expect(alarms({ busy })).toBe("metrics of the alarms of autoscaling: 4 to 4");
    const sender = { size, sends: ["letters"], scaling: { min: 1, max: 1 } };
    const backlog = { size, receives: ["letters"], scaling: { min: 1, max: 3, backlog: 10 } };
    // Four of the sender; each of the backlog reads the messages that wait, those in work, and the tasks.
    expect(alarms({ sender, backlog })).toBe("metrics of the alarms of autoscaling: 10 to 10");
  });

  test("comes after the services, the dearest first", () => {
    const { lines } = estimateOf(fixture);
    const first = lines.findIndex(({ part }) => part === "shared");
    expect(lines.slice(first).every(({ part }) => part === "shared")).toBe(true);
    const most = lines.slice(first).map(({ dollars }) => dollars.to);
    expect(most).toEqual([...most].sort((one, other) => other - one));
  });
});

describe("what costs by use", () => {
  test("is named with its price, where the environment has it", () => {
    const { byUse } = estimateOf(fixture, listOf({ natGatewayGb: 0.045 }));
    expect(byUse).toContain("traffic through the NAT gateways: 0.045 $ per GB");
    expect(byUse.join()).not.toMatch(/queues|WAF|flow logs/);
  });

  test("of every word and setting is all of this", () => {
    const { byUse } = estimateOf(everything, listOf(), everySetting);
    expect(byUse).toEqual([
      "traffic through the NAT gateways: 1 $ per GB",
      "traffic to the internet, after 100 GB: 1 $ per GB",
      "traffic between availability zones",
      "load on the load balancer: 1 $ per LCU-hour",
      "data in Aurora: 1 $ per GB a month",
      "reads and writes of Aurora: 1 $ per million requests to the storage",
      "backups of Aurora beyond the size of the database: 1 $ per GB a month",
      "logs into CloudWatch: 1 $ per GB",
      "flow logs into S3: 1 $ per GB",
      "images in ECR: 1 $ per GB a month",
      "objects in S3: 1 $ per GB a month",
      "requests to S3",
      "requests to the queues, after a million: 1 $ per million requests",
      "notifications by SNS",
      "steps of the runs of jobs, after 4,000",
      "queries to Route 53, except those for an alias: 1 $ per million queries",
      "requests through AWS WAF: 1 $ per million requests",
      "users that sign in, after 10,000: 1 $ per user a month",
    ]);
  });

  test("is named without a price that the list does not have", () => {
    const prices = { ...listOf(), find: () => undefined };
    expect(estimateOf(fixture, prices).byUse).toContain("data in Aurora");
  });
});

describe("what is deployed", () => {
  const wanted = resourcesIn(synthesize(everything, {}, everySetting));
  const deployed = asDeployed(wanted);

  test("costs the same as the same stacks before they are deployed", () => {
    expect(JSON.stringify(deployed)).not.toContain("${aws_ecs");
    expect(estimate(deployed, dev, listOf(), START)).toEqual(
      estimate(wanted, dev, listOf(), START),
    );
  });

  test("costs what its state says, whatever is wanted now", () => {
    const smaller = deployed.map((each) =>
      each.type === "aws_rds_cluster"
        ? {
            ...each,
            values: {
              ...each.values,
              serverlessv2_scaling_configuration: [{ min_capacity: 1, max_capacity: 2 }],
            },
          }
        : each,
    );
    expect(linesOf("shared", estimate(smaller, dev, listOf(), START))).toContain(
      "ACU of Aurora's writer: 1 to 2",
    );
  });
});

test("a kind of a known type that is not known is not priced: no wrong price stands for it", () => {
  const base = (type: string, values: object) => ({
    address: `${type}.a`,
    type,
    values: { ...values },
  });
  const resources = [
    base("aws_vpc_endpoint", { vpc_endpoint_type: "Interface" }),
    base("aws_lb", { load_balancer_type: "network", subnets: ["a"] }),
    base("aws_rds_cluster_instance", { instance_class: "db.r6g.large" }),
    base("aws_scheduler_schedule", { target: { arn: "arn:aws:lambda:::a" } }),
  ];
  const found = estimate(resources, dev, listOf());
  expect(found.unpriced).toEqual(resources.map(({ type }) => `1 ${type}`));
  expect(found.total).toEqual({ from: 0, to: 0 });
});

test("a load balancer within the network has no public address", () => {
  const balancer = (internal: boolean) => {
    const values = { load_balancer_type: "application", subnets: ["a", "b"], internal };
    return { address: "aws_lb.a", type: "aws_lb", values };
  };
  expect(linesOf("shared", estimate([balancer(false)], dev, listOf()))).toEqual([
    "public IPv4 addresses: 2 to 2",
    "application load balancers: 1 to 1",
  ]);
  expect(linesOf("shared", estimate([balancer(true)], dev, listOf()))).toEqual([
    "application load balancers: 1 to 1",
  ]);
});
