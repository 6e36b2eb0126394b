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
import { answer, awsError } from "../../../support/preflight";
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

  function clientsOf(cluster: unknown, ...loadBalancer: unknown[]) {
    const clients = createClients({ region: "us-east-1" });
    answer(clients.rds, cluster);
    const balancer: { send: (...args: never[]) => unknown } = clients.loadBalancing;
    const send = vi.spyOn(balancer, "send");
    for (const reply of loadBalancer) {
      send.mockImplementationOnce(async () => {
        if (reply instanceof Error) throw reply;
        return Promise.resolve(reply);
      });
    }
    return clients;
  }

  const NO_CLUSTER = awsError("DBClusterNotFoundFault");
  const NO_LOAD_BALANCER = awsError("LoadBalancerNotFoundException");
  const FOUND = { LoadBalancers: [{ LoadBalancerArn: "arn:lb" }] };
  const attributes = (Value: string) => ({
    Attributes: [{ Key: "deletion_protection.enabled", Value }],
  });

  test("that AWS still protects is refused before anything goes", async () => {
    const clients = clientsOf(
      { DBClusters: [{ DeletionProtection: true }] },
      FOUND,
      attributes("true"),
    );
    await expect(requireUnprotected(configOf(), clients)).rejects.toThrow(
      "dev is still protected on AWS: deletion protection is on for the Aurora cluster platform-dev and the load balancer platform-dev",
    );
  });

  test("that AWS protects in part is refused for that part", async () => {
    const clients = clientsOf(NO_CLUSTER, FOUND, attributes("true"));
    await expect(requireUnprotected(configOf(), clients)).rejects.toThrow(
      "on for the load balancer platform-dev.",
    );
  });

  test("that nothing protects, or of which nothing is there, goes on", async () => {
    const open = clientsOf(
      { DBClusters: [{ DeletionProtection: false }] },
      FOUND,
      attributes("false"),
    );
    await expect(requireUnprotected(configOf(), open)).resolves.toBeUndefined();
    const gone = clientsOf(NO_CLUSTER, NO_LOAD_BALANCER);
    await expect(requireUnprotected(configOf(), gone)).resolves.toBeUndefined();
  });

  test("whose protection cannot be read does not begin", async () => {
    const clients = clientsOf(awsError("AccessDenied"), NO_LOAD_BALANCER);
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
    expect(refusal?.fix).toContain('set database: { name: "orders" } for the service');
    expect(refusal?.fix).toContain("npx platform deploy dev --leave-database orders");
    expect(refusal?.fix).toContain("in a pipeline: PLATFORM_LEFT_DATABASES=orders");
  });

  test("that takes the last database away is refused, whatever it leaves on purpose", () => {
    const refusal = refused({ web }, { PLATFORM_LEFT_DATABASES: "orders" });
    expect(refusal?.message).toContain("orders would lose its database orders");
    expect(refusal?.fix).toContain("the cluster would be deleted: set protected: false first");
  });

  test("that leaves a database on purpose, or keeps it under another name, goes on", () => {
    expect(refused({ sales: orders }, { PLATFORM_LEFT_DATABASES: "orders" })).toBeUndefined();
    expect(refused({ sales: { ...orders, database: { name: "orders" } } })).toBeUndefined();
    expect(refused({ orders, sales: orders })).toBeUndefined();
  });

  test("loses databases where it is not protected, as the plan says", () => {
    expect(
      refusalOf(() => {
        requireDatabases(deployed, { config: configOf(), services: { sales: orders } });
      }),
    ).toBeUndefined();
  });
});
