import { describe, expect, test } from "vitest";
import { RULES, brokenPromises } from "../../../policy/promises";
import { REFERENCE_DOMAIN } from "../../../policy/reference";
import type { Deployed } from "../../../policy/rule";
import { references } from "../../../policy/variants";

const CROSS = "${data.terraform_remote_state.cross-stack-reference-input-images.outputs.other}";

/** Terraform JSON that a test may change. */
type Json = Record<string, Record<string, Record<string, Record<string, unknown>>>>;

/** A change that breaks a promise, and what must be said about which block. */
interface Break {
  readonly stack?: string;
  readonly change: (json: Json) => void;
  readonly says: string;
  /** The stack of the breach. @default the changed one */
  readonly at?: string;
  readonly where: string;
}

const withDomain = references().find(({ hasDomain }) => hasDomain);

/** The stacks with a change to one of them. */
function broken({ stack = "platform", change }: Break): Deployed {
  if (!withDomain) throw new Error(`no reference has ${REFERENCE_DOMAIN.name}`);
  const stacks = withDomain.stacks.map(({ name, json }) => {
    // A copy of cdktf's own output, which is Terraform JSON.
    const copy = structuredClone(json) as Json;
    if (name === stack) change(copy);
    return { name, json: copy };
  });
  return { stacks, hasDomain: true };
}

/** The first block of a type, or the first whose name contains a text. */
function first(json: Json, type: string, part = "", kind = "resource"): Record<string, unknown> {
  const found = Object.entries(json[kind]?.[type] ?? {}).find(([name]) => name.includes(part));
  if (!found) throw new Error(`there is no ${type} ${part}`);
  return found[1];
}

function set(type: string, attributes: Record<string, unknown>, part = ""): (json: Json) => void {
  return (json) => Object.assign(first(json, type, part), attributes);
}

/** Adds a resource of its own, as an owner's construct would. */
function add(type: string, block: Record<string, unknown>): (json: Json) => void {
  return (json) => {
    const resource = (json["resource"] ??= {});
    resource[type] = { ...resource[type], added: block };
  };
}

/** Changes the first container of the service with a database. */
function container(change: (container: Record<string, unknown>) => void): (json: Json) => void {
  return (json) => {
    const task = first(json, "aws_ecs_task_definition", "private");
    // The text that ECS takes.
    const all = JSON.parse(String(task["container_definitions"])) as Record<string, unknown>[];
    if (all[0]) change(all[0]);
    task["container_definitions"] = JSON.stringify(all);
  };
}

function statement(block: Record<string, unknown>): (json: Json) => void {
  return (json) => {
    first(json, "aws_iam_policy_document", "private_task_roles_execution", "data")["statement"] = [
      block,
    ];
  };
}

const POLICY = "data.aws_iam_policy_document.services_private_task_roles_execution-permissions";
const anyone = { ip_protocol: "tcp", cidr_ipv4: "0.0.0.0/0" };
const text = (parts: Record<string, unknown>) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...parts }] });

/** The statement that a bucket needs, as `log-bucket.ts` writes it. */
const TLS_ONLY = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["${aws_s3_bucket.added.arn}", "${aws_s3_bucket.added.arn}/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

/** Statements that name the condition and still let a plain request in. */
const WEAK_DENIALS: readonly Record<string, unknown>[] = [
  { Condition: { Bool: { "aws:SecureTransport": "true" } } },
  { Condition: { Null: { "aws:SecureTransport": "false" } } },
  { Condition: { ...TLS_ONLY.Condition, StringEquals: { "aws:PrincipalAccount": "1" } } },
  { Effect: "Allow" },
  { Principal: { AWS: "arn:aws:iam::123456789012:root" } },
  { Action: "s3:PutObject" },
  { Resource: "${aws_s3_bucket.added.arn}" },
  { Resource: "${aws_s3_bucket.added.arn}/*" },
];

/** A bucket with a policy that differs from the one that it needs. */
function bucket(changed: Record<string, unknown>): (json: Json) => void {
  return (json) => {
    add("aws_s3_bucket", { bucket: "exports" })(json);
    const policy = text({ ...TLS_ONLY, ...changed });
    add("aws_s3_bucket_policy", { bucket: "${aws_s3_bucket.added.id}", policy })(json);
  };
}

const BREAKS: Readonly<Record<string, readonly Break[]>> = {
  "Every container runs an image that the stack images pushed, by its digest": [
    {
      change: container((each) => (each["image"] = "nginx:latest")),
      says: "runs nginx:latest",
      where: "aws_ecs_task_definition.services_private",
    },
    {
      change: container((each) => (each["image"] = CROSS)),
      says: "runs ${data.terraform_remote_state",
      where: "aws_ecs_task_definition.services_private",
    },
    {
      stack: "images",
      change: (json) => {
        const tagged = JSON.stringify(json["locals"]).replace(/@[^"]*"/g, ':latest"');
        // The same text, and nothing but strings replaced.
        json["locals"] = JSON.parse(tagged) as Json[string];
      },
      says: "the container ready runs",
      at: "platform",
      where: "aws_ecs_task_definition.services_private",
    },
  ],
  "An image is pushed only after its container has become healthy": [
    {
      stack: "images",
      change: set("docker_registry_image", { depends_on: [] }, "private"),
      says: "pushed without a probe",
      where: "docker_registry_image.images_private_pushed",
    },
    {
      stack: "images",
      change: set("docker_container", { wait: false }, "private"),
      says: "pushed without a probe",
      where: "docker_registry_image.images_private_pushed",
    },
    {
      stack: "images",
      // The probe waits, but for another image.
      change: (json) => {
        const { image } = first(json, "docker_container", "ready");
        set("docker_container", { image }, "private")(json);
      },
      says: "pushed without a probe",
      where: "docker_registry_image.images_private_pushed",
    },
  ],
  "A pushed image is scanned, and its tag never moves": [
    {
      stack: "registry",
      change: set("aws_ecr_repository", { image_tag_mutability: "MUTABLE" }, "private"),
      says: "its tags are MUTABLE",
      where: "aws_ecr_repository.images_private_repository",
    },
    {
      stack: "registry",
      change: set("aws_ecr_repository", { image_scanning_configuration: undefined }, "private"),
      says: "does not scan",
      where: "aws_ecr_repository.images_private_repository",
    },
  ],
  "No policy grants with a wildcard": [
    {
      change: statement({
        actions: ["ecr:*"],
        resources: ["arn:aws:ecr:us-east-1:1:repository/a"],
      }),
      says: "allows ecr:*",
      where: POLICY,
    },
    {
      change: statement({ actions: ["secretsmanager:GetSecretValue"], resources: ["*"] }),
      says: "allows secretsmanager:GetSecretValue on every resource",
      where: POLICY,
    },
    {
      change: statement({ not_actions: ["iam:PassRole"], resources: ["arn:aws:s3:::a"] }),
      says: "allows all but what it names",
      where: POLICY,
    },
    {
      change: statement({ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::*"] }),
      says: "allows s3:GetObject on every resource",
      where: POLICY,
    },
    {
      change: add("aws_iam_role_policy", {
        policy: text({ Action: ["s3:*"], Resource: "arn:aws:s3:::a" }),
      }),
      says: "allows s3:*",
      where: "aws_iam_role_policy.added",
    },
    {
      change: add("aws_sqs_queue_policy", {
        policy: text({
          Principal: "*",
          Action: "sqs:SendMessage",
          Resource: "arn:aws:sqs:us-east-1:1:q",
        }),
      }),
      says: "allows every principal",
      where: "aws_sqs_queue_policy.added",
    },
    {
      change: add("aws_sqs_queue_policy", {
        policy: text({
          Principal: "*",
          Action: "sqs:SendMessage",
          Resource: "arn:aws:sqs:us-east-1:1:q",
          Condition: {
            StringLike: { "aws:PrincipalArn": "*" },
            Bool: { "aws:SecureTransport": "true" },
          },
        }),
      }),
      says: "allows every principal",
      where: "aws_sqs_queue_policy.added",
    },
    {
      change: statement({
        actions: ["ecs:ListTasks"],
        resources: ["*"],
        condition: [{ test: "ArnLike", variable: "ecs:cluster", values: ["*"] }],
      }),
      says: "allows ecs:ListTasks on every resource",
      where: POLICY,
    },
    {
      change: statement({
        actions: ["ecs:ListTasks"],
        resources: ["*"],
        condition: [
          {
            test: "ArnLikeIfExists",
            variable: "ecs:cluster",
            values: ["arn:aws:ecs:*:1:cluster/a"],
          },
        ],
      }),
      says: "allows ecs:ListTasks on every resource",
      where: POLICY,
    },
    {
      change: add("aws_iam_role_policy", {
        policy:
          '${jsonencode({"Statement" = [{"Effect" = "Allow", "Action" = ["s3:*"], "Resource" = aws_s3_bucket.a.arn}]})}',
      }),
      says: "allows s3:*",
      where: "aws_iam_role_policy.added",
    },
    {
      change: add("aws_iam_role_policy", { policy: '${merge({"Statement" = 1}, {"Effect" = 2})}' }),
      says: "cannot be read",
      where: "aws_iam_role_policy.added",
    },
    {
      change: add("aws_iam_role_policy_attachment", {
        policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
      says: "attaches arn:aws:iam::aws:policy/AdministratorAccess",
      where: "aws_iam_role_policy_attachment.added",
    },
  ],
  "The internet reaches the load balancer on ports 80 and 443, and nothing else": [
    {
      change: set("aws_vpc_security_group_ingress_rule", anyone, "clients-to-database"),
      says: "admits 0.0.0.0/0 to port 5432",
      where: "aws_vpc_security_group_ingress_rule.security-groups_paths_clients-to-database_in",
    },
    {
      change: set(
        "aws_vpc_security_group_ingress_rule",
        { from_port: 22, to_port: 22 },
        "https-from",
      ),
      says: "admits 0.0.0.0/0 to port 22",
      where: "aws_vpc_security_group_ingress_rule.load-balancer_https-from-anywhere",
    },
    {
      change: set("aws_vpc_security_group_ingress_rule", { to_port: 8443 }, "https-from"),
      says: "admits 0.0.0.0/0 to ports 443 to 8443",
      where: "aws_vpc_security_group_ingress_rule.load-balancer_https-from-anywhere",
    },
    {
      change: add("aws_vpc_security_group_ingress_rule", {
        ip_protocol: "-1",
        cidr_ipv4: "10.0.0.0/16",
      }),
      says: "admits every port",
      where: "aws_vpc_security_group_ingress_rule.added",
    },
    {
      change: add("aws_security_group_rule", {
        type: "ingress",
        protocol: "tcp",
        from_port: 443,
        to_port: 443,
        ipv6_cidr_blocks: ["::/0"],
      }),
      says: "admits ::/0 to port 443",
      where: "aws_security_group_rule.added",
    },
    {
      change: add("aws_vpc_security_group_egress_rule", {
        ip_protocol: "-1",
        cidr_ipv4: "0.0.0.0/0",
      }),
      says: "reaches 0.0.0.0/0 on every port",
      where: "aws_vpc_security_group_egress_rule.added",
    },
    {
      change: set("aws_security_group", { ingress: [{ cidr_blocks: ["10.0.0.0/8"] }] }, "database"),
      says: "has rules of its own",
      where: "aws_security_group.database_security-group",
    },
    {
      change: (json) => delete json["resource"]?.["aws_default_security_group"],
      says: "keeps AWS's rules",
      where: "aws_vpc.network_vpc",
    },
    {
      change: set("aws_default_security_group", { egress: [{ protocol: "-1" }] }),
      says: "the default security group has rules",
      where: "aws_default_security_group.network_default-security-group",
    },
  ],
  "Tasks and databases have no public address": [
    {
      change: (json) => {
        const service = first(json, "aws_ecs_service", "private");
        Object.assign(service["network_configuration"] ?? {}, { assign_public_ip: true });
      },
      says: "get public addresses",
      where: "aws_ecs_service.services_private",
    },
    {
      change: set("aws_rds_cluster_instance", { publicly_accessible: true }, "writer"),
      says: "publicly accessible",
      where: "aws_rds_cluster_instance.database_writer",
    },
    {
      change: set("aws_subnet", { map_public_ip_on_launch: true }, "private-subnet-1"),
      says: "gets a public address",
      where: "aws_subnet.network_private-subnet-1",
    },
    {
      change: (json) => {
        const names = Object.keys(json["resource"]?.["aws_subnet"] ?? {});
        const open = names.find((name) => name.includes("public-subnet-0")) ?? "";
        set("aws_db_subnet_group", { subnet_ids: [`\${aws_subnet.${open}.id}`] })(json);
      },
      says: "is in the public subnet aws_subnet.network_public-subnet-0",
      where: "aws_db_subnet_group.database_subnets",
    },
  ],
  "An environment with a domain answers over TLS 1.2 or newer only, and no store takes a plain connection":
    [
      {
        change: set("aws_lb_listener", { default_action: [{ type: "fixed-response" }] }, "http_"),
        says: "answers over plain HTTP",
        where: "aws_lb_listener.load-balancer_http",
      },
      {
        change: set("aws_lb_listener", { protocol: "HTTP" }, "https"),
        says: "no listener serves HTTPS",
        where: "aws_lb_listener.load-balancer_http",
      },
      {
        change: (json) => {
          const plain = Object.keys(json["resource"]?.["aws_lb_listener"] ?? {}).find((name) =>
            name.includes("http_"),
          );
          set("aws_lb_listener_rule", { listener_arn: `\${aws_lb_listener.${plain ?? ""}.arn}` })(
            json,
          );
        },
        says: "routes plain HTTP",
        where: "aws_lb_listener_rule.load-balancer_rules",
      },
      {
        change: set(
          "aws_lb_listener",
          { ssl_policy: "ELBSecurityPolicy-TLS13-1-0-2021-06" },
          "https",
        ),
        says: "its policy is ELBSecurityPolicy-TLS13-1-0-2021-06",
        where: "aws_lb_listener.load-balancer_https",
      },
      {
        change: set("aws_rds_cluster_parameter_group", { parameter: [] }),
        says: "accepts connections without TLS",
        where: "aws_rds_cluster.database_cluster",
      },
      {
        change: add("aws_s3_bucket", { bucket: "exports" }),
        says: "does not deny requests without TLS",
        where: "aws_s3_bucket.added",
      },
      ...WEAK_DENIALS.map((weak) => ({
        change: bucket(weak),
        says: "does not deny requests without TLS",
        where: "aws_s3_bucket.added",
      })),
    ],
  "All data is encrypted where it is stored": [
    {
      change: set("aws_rds_cluster", { storage_encrypted: false }),
      says: "is not encrypted",
      where: "aws_rds_cluster.database_cluster",
    },
    {
      stack: "registry",
      change: set("aws_ecr_repository", { encryption_configuration: undefined }, "private"),
      says: "is not encrypted",
      where: "aws_ecr_repository.images_private_repository",
    },
    {
      change: add("aws_sqs_queue", { name: "exports" }),
      says: "is not encrypted",
      where: "aws_sqs_queue.added",
    },
    {
      change: add("aws_sns_topic", { kms_master_key_id: "" }),
      says: "is not encrypted",
      where: "aws_sns_topic.added",
    },
  ],
  "Every container writes a log, and every log is kept for a stated number of days": [
    {
      change: container((each) => delete each["logConfiguration"]),
      says: "writes to no log group of the stack",
      where: "aws_ecs_task_definition.services_private",
    },
    {
      change: set("aws_cloudwatch_log_group", { retention_in_days: 0 }, "private"),
      says: "kept for ever",
      where: "aws_cloudwatch_log_group.services_private_task_log",
    },
  ],
  "A deployment that does not become healthy is rolled back, while the previous tasks serve": [
    {
      change: set("aws_ecs_service", { deployment_circuit_breaker: { enable: true } }, "private"),
      says: "no circuit breaker that rolls back",
      where: "aws_ecs_service.services_private",
    },
    {
      change: set("aws_ecs_service", { deployment_minimum_healthy_percent: 50 }, "private"),
      says: "stops tasks before new ones are healthy",
      where: "aws_ecs_service.services_private",
    },
    {
      change: set("aws_ecs_service", { wait_for_steady_state: false }, "private"),
      says: "does not wait",
      where: "aws_ecs_service.services_private",
    },
  ],
  "A container cannot change its image, and shares nothing of its host": [
    {
      change: container((each) => (each["readonlyRootFilesystem"] = false)),
      says: "can write to its image's files",
      where: "aws_ecs_task_definition.services_private",
    },
    {
      change: container((each) => (each["privileged"] = true)),
      says: "is privileged",
      where: "aws_ecs_task_definition.services_private",
    },
    {
      change: set("aws_ecs_task_definition", { network_mode: "host" }, "private"),
      says: "network mode is host",
      where: "aws_ecs_task_definition.services_private",
    },
    {
      change: set("aws_ecs_task_definition", { pid_mode: "host" }, "private"),
      says: "sees the processes of its host",
      where: "aws_ecs_task_definition.services_private",
    },
  ],
  "No secret is in a task definition or a state": [
    {
      change: container((each) => (each["environment"] = [{ name: "STRIPE_API_KEY", value: "x" }])),
      says: "has STRIPE_API_KEY in plain text",
      where: "aws_ecs_task_definition.services_private",
    },
    {
      change: container(
        (each) => (each["environment"] = [{ name: "QUEUE", value: "amqp://app:pw@queue:5672" }]),
      ),
      says: "has QUEUE in plain text",
      where: "aws_ecs_task_definition.services_private",
    },
    {
      change: set("aws_secretsmanager_secret_version", { secret_string: "x" }),
      says: "keeps its secret_string",
      where: "aws_secretsmanager_secret_version.database_services_private_login",
    },
    {
      change: add("aws_ssm_parameter", { type: "SecureString", value: "x" }),
      says: "keeps its value",
      where: "aws_ssm_parameter.added",
    },
  ],
};

const cases = Object.entries(BREAKS).flatMap(([promise, breaks]) =>
  breaks.map((each) => ({ promise, title: `${each.where}: ${each.says}`, each })),
);

test("every rule has a stack that breaks it", () => {
  expect(RULES.map(({ promise }) => promise)).toEqual(Object.keys(BREAKS));
});

describe.each(cases)("$promise", ({ promise, title, each }) => {
  test(`is broken by ${title}`, async () => {
    const found = await brokenPromises(broken(each));
    const own = found.filter((message) => message.startsWith(`${promise}.`));
    expect(own.join("\n")).toContain(each.says);
    const line = own.find((message) => message.includes(each.says)) ?? "";
    expect(line).toContain(`${each.at ?? each.stack ?? "platform"}: ${each.where}`);
    expect(line).toMatch(/\n {2}→ \S/);
  });
});

test("a grant on everything passes where no resource can be named, or a condition names it", async () => {
  const free = { actions: ["ecr:GetAuthorizationToken"], resources: ["*"] };
  const confined = {
    actions: ["ecs:ListTasks"],
    resources: ["*"],
    condition: [
      { test: "ArnLike", variable: "ecs:cluster", values: ["arn:aws:ecs:*:1:cluster/a"] },
    ],
  };
  for (const each of [free, confined]) {
    const change = { change: statement(each), says: "", where: "" };
    expect(await brokenPromises(broken(change))).toEqual([]);
  }
});

test("a key's own policy names the key as *, and lets its account administer it", async () => {
  const key = (Principal: unknown) =>
    add("aws_kms_key", { policy: text({ Principal, Action: "kms:*", Resource: "*" }) });
  const owner = { change: key({ AWS: "arn:aws:iam::123456789012:root" }), says: "", where: "" };
  expect(await brokenPromises(broken(owner))).toEqual([]);
  const service = { change: key({ Service: "logs.amazonaws.com" }), says: "", where: "" };
  expect((await brokenPromises(broken(service))).join()).toContain("allows kms:*");
});

test("a bucket whose policy denies every plain request keeps the promise", async () => {
  const guarded = { change: bucket({}), says: "", where: "" };
  expect(await brokenPromises(broken(guarded))).toEqual([]);
});
