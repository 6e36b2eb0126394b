import { expect, test } from "vitest";
import { fixture } from "../../../support/services";
import { plain, synthesize } from "../../../support/synth";

const BOUNDARY = "arn:aws:iam::123456789012:policy/setup/platform-task-boundary-dev";

test("a permissions boundary applies to every task role; without one the roles have no boundary", () => {
  const boundaries = (settings: Record<string, string>) =>
    synthesize(fixture, settings)
      .platform.resources("aws_iam_role")
      .map((role) => role["permissions_boundary"]);
  expect(new Set(boundaries({ PLATFORM_PERMISSIONS_BOUNDARY: BOUNDARY }))).toEqual(
    new Set([BOUNDARY]),
  );
  expect(new Set(boundaries({}))).toEqual(new Set([undefined]));
});

const documents = (id: string) =>
  synthesize(fixture)
    .platform.dataSources("aws_iam_policy_document")
    .filter((block) => (block["//"] as { metadata: { path: string } }).metadata.path.endsWith(id));

test("only ECS assumes a task's roles, and only for tasks of the same account and region", () => {
  const trusts = documents("roles/trust");
  expect(trusts.length).toBeGreaterThan(1);
  for (const { statement } of trusts) {
    const account = expect.stringMatching(
      /^\$\{element\(split\(":", data\.terraform_remote_state\.cross-stack-reference-input-registry\..*\), 4\)\}$/,
    );
    expect(statement).toEqual([
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "Service", identifiers: ["ecs-tasks.amazonaws.com"] }],
        condition: [
          { test: "StringEquals", variable: "aws:SourceAccount", values: [account] },
          {
            test: "ArnLike",
            variable: "aws:SourceArn",
            values: [expect.stringMatching(/^arn:aws:ecs:us-east-1:\$\{element\(.*\}:\*$/)],
          },
        ],
      },
    ]);
  }
});

test("every statement of an execution role names resources of its own environment's stacks", () => {
  const statements = documents("roles/execution-permissions").flatMap(
    ({ statement }) => statement as { actions: string[]; resources: string[] }[],
  );
  expect(statements.length).toBeGreaterThan(4);
  const own =
    /^\$\{(aws_\w+|data\.terraform_remote_state\.cross-stack-reference-input-registry)\.|:parameter\/platform-dev\//;
  const beyond = statements.filter(({ resources }) => resources.some((each) => !own.test(each)));
  // The only action without a resource.
  expect([...new Set(beyond.flatMap(({ actions }) => actions))]).toEqual([
    "ecr:GetAuthorizationToken",
  ]);
});

test("ECS may log in to ECR and, of each service, pull the images, write the log and read the logins", () => {
  const repository = (image: string) =>
    `\${data.terraform_remote_state.cross-stack-reference-input-registry.outputs.cross-stack-output-aws_ecr_repositoryimages_${image}_repositoryarn}`;
  const allowed = (service: string, images: readonly string[]) => [
    { sid: "LogIn", actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
    {
      sid: "PullImage",
      actions: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
      ],
      // And of its sidecars: no other service has a name with `_`.
      resources: [...images.map(repository), `${repository(service)}_*`],
    },
    {
      sid: "WriteLog",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [":*", "_*"].map(
        (rest) => `\${aws_cloudwatch_log_group.services_${service}_task_log.arn}${rest}`,
      ),
    },
  ];
  const parameters = (service: string) => ({
    sid: "ReadParameters",
    actions: ["ssm:GetParameters"],
    resources: [expect.stringMatching(new RegExp(`:parameter/platform-dev/${service}/\\*$`))],
  });
  const logins = {
    sid: "ReadSecrets",
    actions: ["secretsmanager:GetSecretValue"],
    resources: [
      "${aws_secretsmanager_secret.database_services_orders_secret.arn}",
      // Only its setup container gets the master user's.
      "${aws_rds_cluster.database_cluster.master_user_secret[0].secret_arn}",
    ],
  };
  const statements = documents("roles/execution-permissions").map(({ statement }) => statement);
  expect(plain(statements)).toEqual([
    [...allowed("order-archive", ["order-archive", "ready"]), parameters("order-archive")],
    [...allowed("orders", ["orders", "ready", "database-setup"]), logins, parameters("orders")],
    [...allowed("web", ["web", "ready"]), parameters("web")],
  ]);
});

test.each(Object.keys(fixture))("%s has two roles, and only ECS's has permissions", (service) => {
  const { platform } = synthesize(fixture);
  const own = (type: string) =>
    plain(
      platform
        .addressed(type)
        .filter(({ address }) => address.includes(`services_${service}_`))
        .map(({ block }) => block),
    );
  const document = (id: string) =>
    `\${data.aws_iam_policy_document.services_${service}_task_roles_${id}.json}`;
  // Role names are an account's, and its regions may have environments of the same name.
  expect(own("aws_iam_role")).toEqual([
    {
      name: `platform-${service}-ecs-use1-dev`,
      description: `ECS starts ${service} with this role`,
      assume_role_policy: document("trust"),
    },
    {
      name: `platform-${service}-app-use1-dev`,
      description: `${service} runs with this role`,
      assume_role_policy: document("trust"),
    },
  ]);
  expect(own("aws_iam_role_policy")).toEqual([
    {
      name: "start-task",
      role: `\${aws_iam_role.services_${service}_task_roles_execution.id}`,
      policy: document("execution-permissions"),
    },
  ]);
});

test("a permission of a service is a statement of its task role, attached before a task starts", () => {
  const permissions = [
    { actions: ["ses:SendEmail"], resources: ["arn:aws:ses:*:*:identity/acme.com"] },
    { actions: ["rekognition:DetectLabels"], resources: ["*"] },
  ] as const;
  const { platform } = synthesize({ ...fixture, web: { ...fixture.web, permissions } });
  const [document] = platform
    .dataSources("aws_iam_policy_document")
    .filter((block) => JSON.stringify(block).includes("roles/task-permissions"));
  expect(document?.["statement"]).toEqual([
    { sid: "Permission0", ...permissions[0] },
    { sid: "Permission1", ...permissions[1] },
  ]);
  const [policy, ...others] = platform
    .addressed("aws_iam_role_policy")
    .filter(({ block }) => block["name"] === "run-service");
  expect(others).toEqual([]);
  expect(plain(policy?.block)).toEqual({
    name: "run-service",
    role: "${aws_iam_role.services_web_task_roles_task.id}",
    policy: "${data.aws_iam_policy_document.services_web_task_roles_task-permissions.json}",
  });
  const [web] = platform
    .resources("aws_ecs_service")
    .filter(({ name }) => name === "platform-web-dev");
  expect(web?.["depends_on"]).toContain(policy?.address);
});
