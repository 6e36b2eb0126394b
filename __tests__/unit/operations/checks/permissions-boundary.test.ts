import { expect, test } from "vitest";
import { permissionsBoundary } from "../../../../operations/checks/permissions-boundary";
import type { Permission } from "../../../../spec/service/permissions";
import { awsError, answer, checkContext } from "../../../support/preflight";
import { fixture } from "../../../support/services";

const BOUNDARY = "arn:aws:iam::123456789012:policy/setup/platform-task-boundary-dev";
const WITH_BOUNDARY = { PLATFORM_PERMISSIONS_BOUNDARY: BOUNDARY };
const MAIL = "arn:aws:ses:*:*:identity/acme.com";
const OWN_MAIL = "arn:aws:ses:us-east-1:123456789012:identity/acme.com";
const mail: Permission = { actions: ["ses:SendEmail"], resources: [MAIL] };

/** A check of `web` with a permission, under a boundary of these statements. */
function checked(statement: unknown, permissions: readonly Permission[] = [mail]) {
  const services = { ...fixture, web: { ...fixture.web, permissions } };
  const context = checkContext(WITH_BOUNDARY, { services });
  const document = encodeURIComponent(JSON.stringify({ Statement: statement }));
  const version = { Policy: { DefaultVersionId: "v7" } };
  const send = answer(context.clients.iam, { ...version, PolicyVersion: { Document: document } });
  return { result: permissionsBoundary.run(context), send };
}

const allow = (Action: unknown, Resource: unknown) => ({ Effect: "Allow", Action, Resource });
const allowed = { found: "it allows what the catalogue permits" };

test.each<[string, unknown]>([
  ["by name", [allow(["ses:SendEmail"], [OWN_MAIL])]],
  ["in a single statement, and without regard to capitals", allow("SES:sendemail", OWN_MAIL)],
  ["by wildcards", [allow("ses:Send*", "arn:aws:ses:us-east-1:123456789012:identity/*")]],
  ["with everything", [allow("*", "*")]],
  ["by what it excludes", [{ Effect: "Allow", NotAction: ["iam:*"], Resource: "*" }]],
])("a permission that the boundary allows %s is no problem", async (_, statement) => {
  expect(await checked(statement).result).toEqual(allowed);
});

test.each<[string, unknown]>([
  ["names another action", [allow(["ses:SendRawEmail"], [OWN_MAIL])]],
  ["names another resource", [allow(["ses:SendEmail"], [OWN_MAIL.replace("acme", "emca")])]],
  ["names another account", [allow(["ses:SendEmail"], [OWN_MAIL.replace("12345", "54321")])]],
  ["names another region", [allow(["ses:SendEmail"], [OWN_MAIL.replace("us-", "eu-")])]],
  ["denies it", [{ ...allow(["ses:SendEmail"], ["*"]), Effect: "Deny" }]],
  [
    "has both, but not in one statement",
    [allow("ses:SendEmail", "arn:aws:s3:::a"), allow("s3:GetObject", OWN_MAIL)],
  ],
  ["is empty", []],
])("a permission is refused before the deployment if the boundary %s", async (_, statement) => {
  expect(await checked(statement).result).toEqual({
    problems: [
      {
        problem: `the permissions boundary ${BOUNDARY} does not allow web's ses:SendEmail on ${MAIL}, so AWS would deny it to the tasks`,
        fix: expect.stringContaining(
          "adds it to SETUP_TASK_PERMISSIONS and runs `npx platform setup`",
        ),
      },
    ],
  });
});

test("what the boundary allows in part is told, and not refused", async () => {
  const read: Permission = { actions: ["s3:Get*"], resources: ["arn:aws:s3:::acme-templates/*"] };
  const statement = allow("s3:GetObject", "arn:aws:s3:::acme-templates/*");
  expect(await checked(statement, [read]).result).toEqual({
    found:
      "it allows what the catalogue permits, but only a part of web's s3:Get* on arn:aws:s3:::acme-templates/*",
  });
});

test("the boundary's default version is read", async () => {
  const { result, send } = checked([allow("*", "*")]);
  await result;
  for (const input of [{ PolicyArn: BOUNDARY }, { PolicyArn: BOUNDARY, VersionId: "v7" }]) {
    expect(send).toHaveBeenCalledWith(expect.objectContaining({ input }));
  }
});

test("IAM is not asked without a boundary, nor without a permission", async () => {
  const bounded = checkContext(WITH_BOUNDARY);
  const free = checkContext();
  for (const { clients } of [bounded, free]) answer(clients.iam, new Error("asked"));
  expect(await permissionsBoundary.run(bounded)).toEqual({
    found: "no service has permissions of its own",
  });
  expect(await permissionsBoundary.run(free)).toEqual({
    found: "none, so that the tasks' own policies decide",
  });
});

test("a caller who may not read the boundary is told what is unknown, and not blocked", async () => {
  const services = { ...fixture, web: { ...fixture.web, permissions: [mail] } };
  const context = checkContext(WITH_BOUNDARY, { services });
  answer(context.clients.iam, awsError("AccessDenied"));
  expect(await permissionsBoundary.run(context)).toEqual({
    found: `unknown, as the caller lacks iam:GetPolicy and iam:GetPolicyVersion; AWS denies to tasks what ${BOUNDARY} does not allow`,
  });
  answer(context.clients.iam, awsError("NoSuchEntity", "gone"));
  await expect(permissionsBoundary.run(context)).rejects.toThrow("gone");
});
