import { expect, test } from "vitest";
import {
  databaseName,
  databaseOwners,
  databaseProblems,
} from "../../../../spec/service/database-name";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

const { orders } = fixture;
const named = (name: string) => ({ orders: { ...orders, database: { name } } });

test("a database has its service's name, or the name that the service sets", () => {
  expect(databaseName("order-archive", orders)).toBe("order_archive");
  expect(databaseName("orders", { ...orders, database: {} })).toBe("orders");
  expect(databaseName("orders", { ...orders, database: { name: "sales" } })).toBe("sales");
  expect(databaseName("orders", { ...orders, database: false })).toBeUndefined();
});

test.each(["Sales", "order-archive", "1st", "a".repeat(64), ""])(
  "the name %s is refused",
  (name) => {
    expect(databaseProblems(named(name))).toEqual([expect.stringContaining("1 to 58 lower-case")]);
  },
);

test.each(["pg_catalog", "rds_superuser", "rdsadmin"])(
  "the name %s is refused, as it can be a role of the cluster",
  (name) => {
    expect(databaseProblems(named(name))).toEqual([expect.stringContaining("roles")]);
  },
);

test.each(["public", "none", "postgres", "template1", "platform"])(
  "the name %s is refused, as it is reserved",
  (name) => {
    expect(databaseProblems(named(name))).toEqual([
      `orders.database is named "${name}"; that name is reserved, as are platform, postgres, template0, template1, none, public; set another with database: { name: "…" }`,
    ]);
  },
);

test.each(["user", "order", "table", "select", "group", "current_user"])(
  "the keyword %s is a name like any other",
  (name) => {
    expect(databaseProblems({ [name]: orders })).toEqual([]);
  },
);

test("a database name that comes from the service's name follows the same rules", () => {
  expect(databaseProblems({ public: orders, "pg-stats": orders })).toHaveLength(2);
});

test("two services cannot share one database", () => {
  const twice = { orders, sales: { ...orders, database: { name: "orders" } } };
  expect(databaseProblems(twice)).toEqual([
    'sales.database is named "orders", which orders also uses; each service needs its own database',
  ]);
});

test("each database belongs to a service, and a service without one has none", () => {
  const sales = { ...orders, database: { name: "former" } };
  expect([...databaseOwners({ ...fixture, sales })]).toEqual([
    ["orders", "orders"],
    ["former", "sales"],
  ]);
});

test("a renamed service that keeps its database also keeps its secret and its password", () => {
  const secrets = (services: Parameters<typeof synthesize>[0]) => {
    const { resource = {}, ephemeral } = synthesize(services).platform.json;
    const { aws_secretsmanager_secret, aws_secretsmanager_secret_version } = resource;
    return { aws_secretsmanager_secret, aws_secretsmanager_secret_version, ephemeral };
  };
  const renamed = secrets({ sales: { ...orders, database: { name: "orders" } } });
  // Everything except the construct path that cdktf records.
  expect(renamed).toEqual(secrets({ orders }));
  expect(secrets({ sales: orders })).not.toEqual(renamed);
});
