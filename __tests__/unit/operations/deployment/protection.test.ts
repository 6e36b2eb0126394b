import {
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeDBClustersCommand } from "@aws-sdk/client-rds";
import { describe, expect, test, vi } from "vitest";
import {
  requireDatabases,
  requireNotProtected,
  requireUnprotected,
} from "../../../../operations/deployment/protection";
import { createClients } from "../../../../operations/target/clients";
import { readConfig } from "../../../../project";
import type { Services } from "../../../../spec/service/spec";
import { environmentsWith } from "../../../support/environments";
import { awsError } from "../../../support/preflight";
import { fixture } from "../../../support/services";

const PROTECTED = { protected: true, plainHttp: true } as const;
const { orders, web } = fixture;
const deployed = { databases: { orders: "orders" } };

function configOf(env: Record<string, string> = {}, settings = {}) {
  const { config, problems } = readConfig(env, environmentsWith(settings));
  expect(problems).toEqual([]);
  return config;
}

/** The refusal of a function, with its fix. */
function refusalOf(run: () => void): { message: string; fix: string } | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error as { message: string; fix: string };
  }
}

describe("the destruction of an environment", () => {
  test("that environments.ts protects is refused with the two steps that allow it", () => {
    const refusal = refusalOf(() => {
      requireNotProtected(configOf({}, PROTECTED));
    });
    expect(refusal?.message).toContain("dev is protected");
    expect(refusal?.fix).toMatch(
      /set protected: false for dev, run npx platform deploy dev, .*, then npx platform destroy dev/,
    );
    expect(
      refusalOf(() => {
        requireNotProtected(configOf());
      }),
    ).toBeUndefined();
  });

  /** An account with these clusters, these load balancers and these attributes of the first of them. */
  function clientsOf(clusters: unknown, balancers: unknown, attributes: unknown = {}) {
    const clients = createClients({ region: "us-east-1" });
    const reply = (given: unknown) => {
      if (given instanceof Error) throw given;
      return given;
    };
    vi.spyOn(clients.rds, "send").mockImplementation((command: unknown) => {
      expect(command).toBeInstanceOf(DescribeDBClustersCommand);
      expect(command).toHaveProperty("input", { DBClusterIdentifier: "platform-dev" });
      return reply(clusters);
    });
    vi.spyOn(clients.loadBalancing, "send").mockImplementation((command: unknown) => {
      if (command instanceof DescribeLoadBalancersCommand) {
        expect(command.input).toEqual({ Names: ["platform-dev"] });
        return reply(balancers);
      }
      expect(command).toBeInstanceOf(DescribeLoadBalancerAttributesCommand);
      expect(command).toHaveProperty("input", { LoadBalancerArn: "arn:lb" });
      return reply(attributes);
    });
    return clients;
  }

  const NO_CLUSTER = awsError("DBClusterNotFoundFault");
  const NO_LOAD_BALANCER = awsError("LoadBalancerNotFoundException");
  const FOUND = { LoadBalancers: [{ LoadBalancerArn: "arn:lb" }] };
  const attributes = (Value: string) => ({
    Attributes: [
      { Key: "routing.http2.enabled", Value: "true" },
      { Key: "deletion_protection.enabled", Value },
      { Key: "access_logs.s3.enabled", Value: "false" },
    ],
  });

  test("that AWS still protects is refused before anything goes", async () => {
    const clients = clientsOf(
      { DBClusters: [{ DeletionProtection: true }] },
      FOUND,
      attributes("true"),
    );
    await expect(requireUnprotected(configOf(), clients)).rejects.toMatchObject({
      message:
        "dev is still protected on AWS: deletion protection is on for the Aurora cluster platform-dev and the load balancer platform-dev. Nothing was destroyed.",
      fix: "environments.ts no longer protects dev: npx platform deploy dev takes the protection off, then run this again.",
    });
  });

  test("that AWS protects in part is refused for that part", async () => {
    const clients = clientsOf(NO_CLUSTER, FOUND, attributes("true"));
    await expect(requireUnprotected(configOf(), clients)).rejects.toThrow(
      "on for the load balancer platform-dev.",
    );
  });

  test.each([
    [
      "nothing protects",
      { DBClusters: [{ DeletionProtection: false }] },
      FOUND,
      attributes("false"),
    ],
    ["nothing is there", NO_CLUSTER, NO_LOAD_BALANCER],
    ["AWS lists nothing", { DBClusters: [] }, { LoadBalancers: [] }],
  ])("of which %s goes on", async (_, clusters, balancers, found?: unknown) => {
    const clients = clientsOf(clusters, balancers, found);
    await expect(requireUnprotected(configOf(), clients)).resolves.toBeUndefined();
  });

  const DENIED = awsError("AccessDenied");

  test.each([
    ["cluster", DENIED, NO_LOAD_BALANCER],
    ["load balancer", NO_CLUSTER, DENIED],
    ["load balancer's attributes", NO_CLUSTER, FOUND, DENIED],
  ])("whose %s cannot be read does not begin", async (_, clusters, balancers, found?: unknown) => {
    const clients = clientsOf(clusters, balancers, found);
    await expect(requireUnprotected(configOf(), clients)).rejects.toThrow(
      /whether dev is protected could not be read: AccessDenied.*\n→ allow the caller rds:Describe/,
    );
  });
});

describe("a deployment of a protected environment", () => {
  const refused = (services: Services, env: Record<string, string> = {}) =>
    refusalOf(() => {
      requireDatabases(deployed, { config: configOf(env, PROTECTED), services });
    });

  test("that renames a service without its database is refused, and says how to keep it", () => {
    const refusal = refused({ sales: orders, web });
    expect(refusal?.message).toBe(
      "dev is protected, and orders would lose its database orders: it is no longer in services/index.ts. Nothing was changed.",
    );
    expect(refusal?.fix).toBe(
      'To keep it, set database: { name: "orders" } for the service that takes it over. To leave it on the cluster without a service: npx platform deploy dev --leave-database orders. To plan that, or in a pipeline: PLATFORM_LEFT_DATABASES=orders',
    );
  });

  test("that loses several databases is told of each, and why", () => {
    const refusal = refusalOf(() => {
      requireDatabases(
        { databases: { orders: "orders", sales: "invoices" } },
        {
          config: configOf({}, PROTECTED),
          services: { orders: { ...orders, database: false }, shipping: orders },
        },
      );
    });
    expect(refusal?.message).toBe(
      "dev is protected, and orders would lose its database orders: it no longer has one. Nothing was changed.\ndev is protected, and invoices would lose its database sales: it is no longer in services/index.ts. Nothing was changed.",
    );
    expect(refusal?.fix).toContain("--leave-database orders sales. ");
    expect(refusal?.fix).toMatch(/PLATFORM_LEFT_DATABASES=orders,sales$/);
  });

  test("that takes the last database away is refused, whatever it leaves on purpose", () => {
    const refusal = refused({ web }, { PLATFORM_LEFT_DATABASES: "orders" });
    expect(refusal?.message).toContain("orders would lose its database orders");
    expect(refusal?.fix).toBe(
      'To keep it, set database: { name: "orders" } for the service that takes it over. Without any database the cluster would be deleted: to do that, set protected: false and deploy first.',
    );
  });

  test("that leaves a database on purpose, or keeps it under another name, goes on", () => {
    expect(refused({ sales: orders }, { PLATFORM_LEFT_DATABASES: "orders" })).toBeUndefined();
    expect(refused({ sales: { ...orders, database: { name: "orders" } } })).toBeUndefined();
    expect(refused({ orders, sales: orders })).toBeUndefined();
  });
});
