import { describe, expect, test } from "vitest";
import { oneOffDefinition } from "../../../../operations/tasks/one-off-definition";
import { readConfig } from "../../../../project";
import type { ServiceSpec } from "../../../../spec/service/spec";
import { fixture } from "../../../support/services";

const { config } = readConfig({});
const check = { command: ["CMD", "/check"] };
const on = (containerName: string, condition: "START" | "SUCCESS" | "HEALTHY") => ({
  containerName,
  condition,
});

const deployed = {
  family: "platform-orders-dev",
  revision: 7,
  status: "ACTIVE" as const,
  compatibilities: ["FARGATE" as const],
  networkMode: "awsvpc" as const,
  cpu: "256",
  memory: "512",
  taskRoleArn: "task",
  executionRoleArn: "execution",
  runtimePlatform: { cpuArchitecture: "ARM64" as const },
  containerDefinitions: [
    { name: "database-setup", image: "setup@sha256:1", essential: false },
    { name: "migrate", image: "orders@sha256:2", dependsOn: [on("database-setup", "SUCCESS")] },
    {
      name: "orders",
      image: "orders@sha256:2",
      essential: true,
      readonlyRootFilesystem: true,
      environment: [{ name: "DATABASE_NAME", value: "orders" }],
      secrets: [{ name: "DATABASE_PASSWORD", valueFrom: "arn" }],
      portMappings: [{ containerPort: 80 }],
      healthCheck: check,
      dependsOn: [on("migrate", "SUCCESS")],
    },
    { name: "collector", healthCheck: check },
    { name: "health", image: "ready@sha256:3", dependsOn: [on("orders", "START")] },
    { name: "ready", image: "ready@sha256:3", dependsOn: [on("health", "HEALTHY")] },
  ],
};

const derived = oneOffDefinition(deployed, { service: "orders", spec: fixture.orders, config });

test("a one-off task has the deployed version's image, settings, secrets, roles and size", () => {
  expect(derived).toMatchObject({
    family: "platform-orders-one_off-dev",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    taskRoleArn: "task",
    executionRoleArn: "execution",
    runtimePlatform: { cpuArchitecture: "ARM64" },
  });
  expect(derived.containerDefinitions).toContainEqual({
    name: "orders",
    image: "orders@sha256:2",
    essential: true,
    readonlyRootFilesystem: true,
    environment: [{ name: "DATABASE_NAME", value: "orders" }],
    secrets: [{ name: "DATABASE_PASSWORD", valueFrom: "arn" }],
    // The login must exist; the migration is left to a deployment.
    dependsOn: [on("database-setup", "SUCCESS")],
  });
});

test("nothing is migrated, asked for its health or waited for, and what else the task has stays", () => {
  expect(derived.containerDefinitions?.map(({ name }) => name)).toEqual([
    "database-setup",
    "orders",
    "collector",
  ]);
  expect(derived.containerDefinitions).toContainEqual({ name: "collector", healthCheck: check });
});

describe("the files of an environment with exec, whose deployed containers are writable,", () => {
  const containerDefinitions = ["orders", "otel", "database-setup"].map((name) => {
    return { name, readonlyRootFilesystem: name === "database-setup" };
  });
  const readOnly = (spec: ServiceSpec) =>
    oneOffDefinition({ containerDefinitions }, { service: "orders", spec, config })
      .containerDefinitions?.filter(({ readonlyRootFilesystem }) => readonlyRootFilesystem)
      .map(({ name }) => name);
  const otel = { folder: "sidecars/otel" };

  test("stay as they are: nobody enters a one-off task", () => {
    const spec = { ...fixture.orders, sidecars: { otel } };
    expect(readOnly(spec)).toEqual(["orders", "otel", "database-setup"]);
  });

  test("are writable where the catalogue says so", () => {
    const files = { writable: "everywhere" } as const;
    expect(readOnly({ ...fixture.orders, files, sidecars: { otel } })).not.toContain("orders");
    const sidecars = { otel: { ...otel, files } };
    expect(readOnly({ ...fixture.orders, sidecars })).toEqual(["orders", "database-setup"]);
  });
});

test("it has the environment's tags, and says that Terraform does not manage it", () => {
  expect(derived.tags).toEqual([
    { key: "Project", value: "platform" },
    { key: "Environment", value: "dev" },
    { key: "ManagedBy", value: "platform-run" },
  ]);
});
