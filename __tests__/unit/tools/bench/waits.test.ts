import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { readApply } from "../../../../tools/bench/apply-log";
import {
  describeChain,
  longestChain,
  referencesIn,
  secondsOf,
} from "../../../../tools/bench/chain";
import { WAIT_HEAD, waitRow } from "../../../../tools/bench/waits";

/**
 * Recorded from Terraform 1.11.4: `network` took a second, then `database` three, then `service["one"]` one;
 * `log` took two beside them.
 */
const recorded = readFileSync(path.join(__dirname, "apply.jsonl"), "utf8");

const stack = {
  resource: {
    terraform_data: {
      network: { input: "a" },
      database: { input: "${terraform_data.network.output}" },
      service: { for_each: "${toset([])}", input: "${data.aws_region.here.name}" },
      log: { input: "b, unlike terraform_data.unknown" },
    },
  },
  data: { aws_region: { here: { depends_on: ["terraform_data.database"] } } },
};

describe("the events of an apply", () => {
  test("tell how long Terraform worked on each resource", () => {
    const { operations } = readApply(recorded);
    const seconds = operations.map(({ address, began, ended }) => [
      address,
      Math.round((ended - began) / 1000),
    ]);
    expect(seconds).toEqual([
      ["terraform_data.network", 1],
      ["terraform_data.log", 2],
      ["terraform_data.database", 3],
      ["terraform_data.service", 1],
    ]);
  });

  test("tell how long it planned", () => {
    expect(readApply(recorded).planSeconds).toBeCloseTo(0.009, 3);
  });

  test("of a plan that failed, or of nothing, are no operations", () => {
    const [version = ""] = recorded.split("\n");
    expect(readApply(`${version}\nnot JSON\n`)).toEqual({ planSeconds: 0, operations: [] });
    expect(readApply("")).toEqual({ planSeconds: 0, operations: [] });
  });
});

describe("the longest chain of waits", () => {
  test("follows the references of the stack, also through a data source", () => {
    expect(referencesIn(stack)).toEqual(
      new Map([
        ["terraform_data.network", []],
        ["terraform_data.database", ["terraform_data.network"]],
        ["terraform_data.service", ["data.aws_region.here"]],
        ["terraform_data.log", []],
        ["data.aws_region.here", ["terraform_data.database"]],
      ]),
    );
    const chain = longestChain(readApply(recorded).operations, referencesIn(stack));
    expect(chain.map(({ address }) => address)).toEqual([
      "terraform_data.network",
      "terraform_data.database",
      "terraform_data.service",
    ]);
    expect(secondsOf(chain)).toBeCloseTo(5.03, 2);
  });

  test("is not the longest time when something else began earlier", () => {
    const operations = [
      { address: "aws_a.one", began: 0, ended: 4_000 },
      { address: "aws_b.two", began: 4_000, ended: 7_000 },
      { address: "aws_c.three", began: 0, ended: 6_000 },
    ];
    const chain = longestChain(operations, new Map([["aws_b.two", ["aws_a.one"]]]));
    expect(chain).toEqual([
      { address: "aws_a.one", seconds: 4 },
      { address: "aws_b.two", seconds: 3 },
    ]);
  });

  test("counts both operations of a resource that is replaced", () => {
    const operations = [
      { address: "aws_a.one", began: 0, ended: 1_000 },
      { address: "aws_a.one", began: 1_000, ended: 3_000 },
    ];
    expect(longestChain(operations, new Map())).toEqual([{ address: "aws_a.one", seconds: 3 }]);
  });

  test("ends where names mention each other", () => {
    const operations = [{ address: "aws_a.one", began: 0, ended: 1_000 }];
    const circle = new Map([
      ["aws_a.one", ["aws_b.two"]],
      ["aws_b.two", ["aws_a.one"]],
    ]);
    expect(secondsOf(longestChain(operations, circle))).toBe(1);
  });

  test("is told without what took no time", () => {
    const chain = [
      { address: "aws_vpc.network_vpc_1A2B3C4D", seconds: 0.3 },
      { address: "aws_rds_cluster.database_cluster_1A2B3C4D", seconds: 30.2 },
      { address: "aws_ecs_service.web_service_1A2B3C4D", seconds: 12.4 },
    ];
    expect(describeChain(chain)).toBe("aws_rds_cluster 30 s → aws_ecs_service 12 s");
  });
});

describe("a row about `up`", () => {
  const images = {
    stack: "images" as const,
    planSeconds: 1,
    operations: [{ address: "docker_image.one", began: 0, ended: 5_000 }],
  };
  const platform = {
    stack: "platform" as const,
    planSeconds: 2,
    operations: [
      { address: "aws_lb.one", began: 10_000, ended: 70_000 },
      { address: "aws_rds_cluster.one", began: 10_000, ended: 40_000 },
    ],
  };

  test("has the chains of all stacks one after the other, beside the seconds of all runs", () => {
    const slow = { seconds: 99, applies: [] };
    const row = waitRow(
      "from nothing",
      [slow, { seconds: 91, applies: [platform, images] }, { seconds: 90, applies: [] }],
      () => new Map(),
    );
    expect(row).toEqual([
      "from nothing",
      "91.0",
      "90.0 to 99.0",
      "65.0",
      "65.0",
      "5.0",
      "3.0",
      "1.40",
      "docker_image 5 s → aws_lb 60 s",
    ]);
    expect(row).toHaveLength(WAIT_HEAD.length);
  });

  test("without a change has no chain to be compared with", () => {
    const unchanged = { ...platform, operations: [] };
    const row = waitRow(
      "unchanged",
      [{ seconds: 11, applies: [{ ...images, operations: [] }, unchanged] }],
      () => new Map(),
    );
    expect(row).toEqual(["unchanged", "11.0", "11.0", "0.0", "0.0", "0.0", "3.0", "", ""]);
  });
});
