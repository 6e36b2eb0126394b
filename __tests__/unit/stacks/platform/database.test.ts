import { describe, expect, test } from "vitest";
import { refersTo } from "../../../../policy/stack";
import { rdsAuthorities } from "../../../../spec/database/authorities";
import { UNPRIVILEGED } from "../../../../spec/images";
import { AURORA_MINUTES } from "../../../../spec/limits";
import { fixture } from "../../../support/services";
import { type Block, containers, plain, synthesize } from "../../../support/synth";

const { platform } = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });

/** A container's plain variables. */
function variablesOf(container: Block | undefined): Record<string, string> {
  const variables = container?.["environment"] as { name: string; value: string }[];
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}

describe("a service with a database and a migration", () => {
  const orders = { ...fixture.orders, migrate: ["/migrate", "up"] as const };
  const { platform } = synthesize({ orders });
  const task = containers(platform);
  const [setup, migrate, service] = task;

  test("starts after its migration, which starts after the database setup", () => {
    const names = ["database-setup", "migrate", "orders", "health", "ready"];
    expect(task.map(({ name }) => name)).toEqual(names);
    expect(setup).toMatchObject({ essential: false, startTimeout: 120 });
    expect(setup).not.toHaveProperty("dependsOn");
    expect(migrate).toMatchObject({
      dependsOn: [{ containerName: "database-setup", condition: "SUCCESS" }],
      essential: false,
      startTimeout: 120,
    });
    expect(service).toMatchObject({
      dependsOn: [{ containerName: "migrate", condition: "SUCCESS" }],
      essential: true,
    });
  });

  test("has a setup that ends before its ECS timeout", () => {
    const { SETUP_SECONDS, ROTATION_SECONDS } = variablesOf(setup);
    expect(Number(SETUP_SECONDS)).toBeLessThan(Number(setup?.["startTimeout"]));
    // Aurora takes 30 s or more to resume after a day's pause, and RDS a minute to rotate a password.
    expect(Number(SETUP_SECONDS)).toBeGreaterThan(100);
    expect(ROTATION_SECONDS).toBe("60");
  });

  test("runs each container's own image and user, and migrates as the service", () => {
    const image = (name: string) =>
      `\${data.terraform_remote_state.cross-stack-reference-input-images.outputs.cross-stack-output-localimages_${name}_reference}`;
    expect(migrate).toMatchObject({ command: ["/migrate", "up"] });
    expect(plain(task.map(({ image, user }) => ({ image, user })))).toEqual([
      { image: image("database-setup"), user: "10001:10001" },
      // The fixture's Dockerfile names no user, and would run as root.
      { image: image("orders"), user: UNPRIVILEGED },
      { image: image("orders"), user: UNPRIVILEGED },
      { image: image("ready"), user: "10001:10001" },
      { image: image("ready"), user: "10001:10001" },
    ]);
  });

  test("gives only the setup access to the master user", () => {
    expect(JSON.stringify(setup)).toContain("master_user_secret");
    expect(JSON.stringify([migrate, service])).not.toContain("master_user_secret");
  });

  test("has a password that is created and written during apply and is in no state", () => {
    const [login] = platform.resources("aws_secretsmanager_secret_version");
    expect(login).toMatchObject({
      secret_string_wo:
        '{"username":"orders.692","password":"${ephemeral.aws_secretsmanager_random_password.orders-password.random_password}"}',
      secret_string_wo_version: 692,
    });
    expect(login).not.toHaveProperty("secret_string");
  });

  test("has another password and login a month later, and no change on the days between", () => {
    const on = (day: string) => synthesize({ orders }, {}, {}, new Date(day)).platform;
    const [later] = on("2026-12-29").resources("aws_secretsmanager_secret_version");
    expect(later?.["secret_string_wo"]).toContain('"username":"orders.693"');
    expect(later).toMatchObject({ secret_string_wo_version: 693 });
    expect(on("2026-11-10").json).toEqual(platform.json);
  });

  test("has a password that nobody guesses, of characters that no URL or shell changes", () => {
    const passwords = platform.json["ephemeral"]?.["aws_secretsmanager_random_password"] ?? {};
    expect(Object.keys(passwords)).toEqual(["orders-password"]);
    const { password_length, exclude_punctuation } = passwords["orders-password"] ?? {};
    expect(exclude_punctuation).toBe(true);
    // 62 characters: 190 bits or more, as Postgres stores no salted hash that slows an attack.
    expect(password_length).toBeGreaterThanOrEqual(32);
  });

  test("has a login whose name is free again as soon as the environment is destroyed", () => {
    expect(plain(platform.resources("aws_secretsmanager_secret"))).toEqual([
      {
        name: "platform-orders-database-dev",
        description: "Login to the database orders",
        recovery_window_in_days: 0,
      },
    ]);
  });

  test("finds its database by the same variables in each container", () => {
    const database = {
      DATABASE_HOST: "${aws_rds_cluster.database_cluster.endpoint}",
      DATABASE_PORT: "5432",
      DATABASE_NAME: "orders",
      DATABASE_SSLMODE: "verify-full",
      DATABASE_CA: rdsAuthorities("us-east-1"),
    };
    expect(plain(variablesOf(setup))).toMatchObject(database);
    const own = { PORT: "9000", SERVICE_NAME: "orders", ...database };
    expect(plain(variablesOf(migrate))).toEqual(own);
    expect(plain(variablesOf(service))).toMatchObject(own);
  });

  test("gets users as users and passwords as passwords: its own of one version, the master's of today", () => {
    const secret = "aws_secretsmanager_secret.database_services_orders_secret.arn";
    const version = "aws_secretsmanager_secret_version.database_services_orders_login.version_id";
    const master = "aws_rds_cluster.database_cluster.master_user_secret[0].secret_arn";
    const own = [
      { name: "DATABASE_USER", valueFrom: `\${${secret}}:username::\${${version}}` },
      { name: "DATABASE_PASSWORD", valueFrom: `\${${secret}}:password::\${${version}}` },
    ];
    expect(plain(setup?.["secrets"])).toEqual([
      ...own,
      { name: "MASTER_USER", valueFrom: `\${${master}}:username::` },
      { name: "MASTER_PASSWORD", valueFrom: `\${${master}}:password::` },
    ]);
    expect(plain([migrate?.["secrets"], service?.["secrets"]])).toEqual([own, own]);
  });

  test("verifies the server before it sends a password, in each container that has one", () => {
    const withPassword = task.filter(({ secrets }) =>
      JSON.stringify(secrets ?? []).includes("DATABASE_PASSWORD"),
    );
    expect(withPassword.map(({ name }) => name)).toEqual(["database-setup", "migrate", "orders"]);
    for (const { environment } of withPassword) {
      expect(environment).toEqual(
        expect.arrayContaining([
          { name: "DATABASE_SSLMODE", value: "verify-full" },
          { name: "DATABASE_CA", value: rdsAuthorities("us-east-1") },
        ]),
      );
    }
  });

  test("waits for the migration only if there is one", () => {
    const [, orders] = containers(synthesize({ orders: fixture.orders }).platform);
    expect(orders).toMatchObject({
      dependsOn: [{ containerName: "database-setup", condition: "SUCCESS" }],
    });
    const web = containers(synthesize(fixture).platform).find(({ name }) => name === "web");
    expect(web).not.toHaveProperty("dependsOn");
  });
});

describe("the database", () => {
  test("is an encrypted Serverless v2 cluster whose password Secrets Manager keeps", () => {
    expect(platform.resources("aws_rds_cluster")).toMatchObject([
      {
        cluster_identifier: "platform-blue",
        engine: "aurora-postgresql",
        // Serverless v2; `serverless` would be its predecessor.
        engine_mode: "provisioned",
        database_name: "platform",
        master_username: "platform",
        storage_encrypted: true,
        manage_master_user_password: true,
        serverlessv2_scaling_configuration: { min_capacity: 0.5, max_capacity: 4 },
      },
    ]);
    expect(JSON.stringify(platform.json)).not.toContain("master_password");
  });

  test("refuses every connection without TLS, whatever a client asks for", () => {
    expect(plain(platform.resources("aws_rds_cluster_parameter_group"))).toEqual([
      {
        name: "platform-blue",
        family: "aurora-postgresql17",
        // For a value that is the default, AWS stores this method: with another, each plan has a change.
        parameter: [{ name: "rds.force_ssl", value: "1", apply_method: "pending-reboot" }],
      },
    ]);
    expect(plain(platform.resources("aws_rds_cluster"))).toMatchObject([
      {
        db_cluster_parameter_group_name:
          "${aws_rds_cluster_parameter_group.database_parameters.name}",
      },
    ]);
  });

  test("is in subnets without a route to the internet", () => {
    const [group] = platform.addressed("aws_db_subnet_group");
    expect(group?.block["name"]).toBe("platform-blue");
    const [cluster] = platform.addressed("aws_rds_cluster");
    expect(cluster?.block["db_subnet_group_name"]).toBe(`\${${group?.address ?? ""}.name}`);
    const subnets = platform
      .addressed("aws_subnet")
      .filter((subnet) => refersTo(group?.block["subnet_ids"], subnet));
    expect(subnets).toHaveLength(2);
    const routes = platform.addressed("aws_route").filter(({ block }) => "gateway_id" in block);
    const associations = platform
      .addressed("aws_route_table_association")
      .filter(({ block }) => subnets.some((subnet) => refersTo(block["subnet_id"], subnet)));
    expect(associations).toHaveLength(2);
    for (const { block } of associations) {
      expect(routes.map((route) => route.block["route_table_id"])).not.toContain(
        block["route_table_id"],
      );
    }
  });

  test("is in one security group, which is its own", () => {
    const [cluster] = platform.addressed("aws_rds_cluster");
    const [group] = platform
      .addressed("aws_security_group")
      .filter(({ block }) => String(block["name"]).includes("-database-blue"));
    expect(cluster?.block["vpc_security_group_ids"]).toEqual([`\${${group?.address ?? ""}.id}`]);
  });

  test("has a week of backups, which are tagged like the cluster", () => {
    expect(platform.resources("aws_rds_cluster")).toEqual([
      expect.objectContaining({ backup_retention_period: 7, copy_tags_to_snapshot: true }),
    ]);
  });

  test.each(["aws_rds_cluster", "aws_rds_cluster_instance"])(
    "changes at once and not in a maintenance window, within a limit: %s",
    (type) => {
      const limit = `${AURORA_MINUTES}m`;
      const guarded = synthesize(fixture, {}, { protected: true, plainHttp: true }).platform;
      for (const block of [...platform.resources(type), ...guarded.resources(type)]) {
        expect(block).toMatchObject({
          apply_immediately: true,
          timeouts: { create: limit, update: limit, delete: limit },
        });
      }
    },
  );

  test("has instances that no newer minor version replaces", () => {
    const guarded = synthesize(fixture, {}, { protected: true, plainHttp: true }).platform;
    const instances = [platform, guarded].flatMap((each) =>
      each.resources("aws_rds_cluster_instance"),
    );
    expect(instances).toHaveLength(3);
    for (const instance of instances) {
      expect(instance).toMatchObject({ instance_class: "db.serverless" });
      expect((instance["lifecycle"] as Block)["ignore_changes"]).toContain("engine_version");
    }
  });

  test("takes AWS's default minor version when planned, and keeps it afterwards", () => {
    // The newest may be a `-limitless` version, which needs a different kind of cluster.
    expect(plain(platform.dataSources("aws_rds_engine_version"))).toEqual([
      {
        engine: "aurora-postgresql",
        version: "17",
        parameter_group_family: "aurora-postgresql17",
        default_only: true,
      },
    ]);
    const [cluster] = platform.resources("aws_rds_cluster");
    expect(cluster?.["engine_version"]).toMatch(/aws_rds_engine_version\..+\.version_actual/);
    expect(cluster?.["lifecycle"]).toMatchObject({ ignore_changes: ["engine_version"] });
  });

  test("does not exist if no service asks for it", () => {
    const { platform } = synthesize({ "order-archive": fixture["order-archive"] });
    expect(platform.resources("aws_rds_cluster")).toEqual([]);
  });
});
