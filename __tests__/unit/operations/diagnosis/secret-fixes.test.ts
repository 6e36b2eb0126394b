import { expect, test } from "vitest";
import { taskFix } from "../../../../operations/diagnosis/task-fixes";

const FARGATE =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ";
const fixOf = (reason: string) =>
  taskFix({
    id: "1",
    taskDefinition: "platform-web-dev:1",
    stoppedAt: undefined,
    reason: FARGATE + reason,
    health: undefined,
    container: { name: "web", exitCode: undefined, reason: undefined, log: [] },
  });
const MISSING =
  "unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: ";

test.each<[string, string]>([
  [
    "/platform-dev/web/STRIPE_KEY",
    "a secret is not set: npx platform secret set dev web STRIPE_KEY; ECS then starts the task again",
  ],
  [
    "/platform-preview/order-archive/A,/platform-preview/order-archive/B",
    "a secret is not set: npx platform secret set preview order-archive A; npx platform secret set preview order-archive B; ECS then starts the task again",
  ],
  [
    "/acme/license",
    "the parameter /acme/license does not exist: create it, or correct `secrets` in services/index.ts",
  ],
])("a task without %s gets the command that sets it", (names, fix) => {
  expect(fixOf(MISSING + names)).toBe(fix);
});

test("a role that a boundary keeps from a secret needs the account's setup again", () => {
  expect(
    fixOf(
      "unable to retrieve secrets from ssm: service call has been retried 1 time(s): AccessDeniedException: User: arn:aws:sts::1:assumed-role/x is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:us-east-1:1:parameter/acme/license because no permissions boundary allows the ssm:GetParameters action",
    ),
  ).toMatch(/the permissions boundary .* leaves a secret out.*npx platform setup/);
});

test("other failures to get a secret keep their fix", () => {
  expect(fixOf("AccessDeniedException: not authorized to perform: ssm:GetParameters")).toMatch(
    /^the role that starts the task may not read a secret/,
  );
});
