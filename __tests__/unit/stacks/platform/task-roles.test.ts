import { expect, test } from "vitest";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

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
  const beyond = statements.filter(({ resources }) =>
    resources.some(
      (resource) =>
        !/^\$\{(aws_\w+|data\.terraform_remote_state\.cross-stack-reference-input-registry)\./.test(
          resource,
        ),
    ),
  );
  // The only action without a resource.
  expect([...new Set(beyond.flatMap(({ actions }) => actions))]).toEqual([
    "ecr:GetAuthorizationToken",
  ]);
});
