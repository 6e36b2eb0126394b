import { expect, test } from "vitest";
import { readConfig } from "../../../../project";
import { catalogueProblems, deploymentProblems } from "../../../../spec/service/problems";
import { PERMISSION_CHARACTERS, charactersOf } from "../../../../spec/service/permissions";
import { defineServices } from "../../../../spec/service/spec";
import { environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";

const MAIL = "arn:aws:ses:eu-west-1:123456789012:identity/acme.com";

function problems(permissions: unknown): string[] {
  return catalogueProblems({ orders: { ...fixture.orders, permissions } });
}

test.each<[string, string]>([
  ["ses:SendEmail", MAIL],
  ["dynamodb:*", "arn:aws:dynamodb:*:*:table/orders"],
  ["s3:Get*", "arn:aws:s3:::acme-templates/*"],
  ["s3:GetObject", "arn:aws:s3:::acme-templates/${aws:PrincipalTag/team}/*"],
  ["cloudwatch:PutMetricData", "*"],
  ["rekognition:DetectLabels", "*"],
  ["sts:GetServiceBearerToken", "*"],
  ["sts:AssumeRole", "arn:aws:iam::210987654321:role/orders-reader"],
  ["kms:Decrypt", "arn:aws:kms:*:123456789012:key/*"],
  ["execute-api:Invoke", "arn:aws-us-gov:execute-api:*:*:abc/*/GET/orders"],
])("a service may be allowed %s on %s", (action, resource) => {
  expect(problems([{ actions: [action], resources: [resource] }])).toEqual([]);
});

test.each<[string, string, string]>([
  ["*", "*", 'actions names "*"; it must be a service and one of its actions, such as ses:SendEm'],
  ["*:*", "*", 'actions names "*:*"; it must be a service'],
  ["s3:*", "*", 'actions names "s3:*" on "*", which means everything; name the actions in full'],
  ["s3:Get*", "*", 'actions names "s3:Get*" on "*", which means everything'],
  ["s3:GetObject", "**", 'resources names "**"; it must be "*" or an ARN'],
  ["s3:Get*", "arn:aws:s3:::*", 'actions names "s3:Get*" on "arn:aws:s3:::*", which means every'],
  ["s3:Get*", "arn:aws:s3:::*/*", 'on "arn:aws:s3:::*/*", which means everything'],
  ["sqs:Send*", "arn:aws:sqs:*:*:*", 'on "arn:aws:sqs:*:*:*", which means everything'],
  [
    "sqs:SendMessage",
    "arn:*",
    'resources names "arn:*"; it must be "*" or an ARN with a partition',
  ],
  ["sqs:SendMessage", "arn:aws:*:*:*:*", 'resources names "arn:aws:*:*:*:*"; it must be'],
  ["sqs:SendMessage", "arn:*:sqs:*:*:a", 'resources names "arn:*:sqs:*:*:a"; it must be'],
  ["sqs:SendMessage", "orders", 'resources names "orders"; it must be "*" or an ARN'],
  ["sqs:SendMessage", "", 'resources names ""; it must be "*" or an ARN'],
  [
    "sqs:SendMessage",
    "arn:aws:sqs:us-east-1:123:q",
    'names "arn:aws:sqs:us-east-1:123:q"; it must',
  ],
  ["sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:", "it must be"],
  ["sqs:SendMessage", "arn:aws:sqs:us-east-1", "it must be"],
  ["SendEmail", MAIL, 'actions names "SendEmail"; it must be a service and one of its actions'],
  ["ses: SendEmail", MAIL, 'actions names "ses: SendEmail"; it must be'],
  ["ses:", MAIL, 'actions names "ses:"; it must be'],
  ["SES:SendEmail", MAIL, 'actions names "SES:SendEmail"; it must be'],
  ["s*:SendEmail", MAIL, 'actions names "s*:SendEmail"; it must be'],
  ["a:b:c", MAIL, 'actions names "a:b:c"; it must be'],
  ["iam:PassRole", "arn:aws:iam::123456789012:role/a", 'actions names "iam:PassRole", but no task'],
  ["iam:*", "*", 'actions names "iam:*", but no task may have an action of iam, organizations,'],
  ["organizations:ListRoots", "*", 'actions names "organizations:ListRoots", but no task'],
  ["sts:AssumeRole", "*", 'actions names "sts:AssumeRole" on "*"; a task may only assume roles th'],
  ["sts:assumerole", "*", 'actions names "sts:assumerole" on "*"; a task may only assume roles'],
  ["sts:AssumeRole", "arn:aws:iam::123456789012:role/*", "a task may only assume roles that are"],
  ["sts:AssumeRole", "arn:aws:iam::*:role/reader", "a task may only assume roles that are named"],
  ["sts:AssumeRoot", "arn:aws:iam::123456789012:root", "a task may only assume roles that are"],
  ["sts:*", "arn:aws:iam::123456789012:role/reader", 'actions names "sts:*" on "arn:aws:iam::1234'],
])("%s on %s is refused with the value and the rule", (action, resource, message) => {
  const [found, ...others] = problems([{ actions: [action], resources: [resource] }]);
  expect(found).toContain("services: orders.permissions.0.");
  expect(found).toContain(message);
  expect(others).toEqual([]);
});

test.each<[unknown, string]>([
  ["ses:SendEmail", 'permissions is "ses:SendEmail"; it must be a list: [{ actions: ["ses:SendEm'],
  [[], "permissions is empty; leave it out, or name some"],
  [["ses:SendEmail"], 'permissions.0 is "ses:SendEmail"; it must be { actions: ["…"], resources'],
  [[{ actions: [], resources: ["*"] }], "permissions.0.actions is []; it must be a list of at lea"],
  [[{ actions: ["a:B"], resources: [] }], "permissions.0.resources is []; it must be a list of at"],
  [[{ actions: "a:B", resources: ["*"] }], 'permissions.0.actions is "a:B"; it must be a list'],
  [[{ actions: ["a:B"] }], "permissions.0.resources is not set; it must be a list of at least one"],
  [[{ actions: [5], resources: ["*"] }], "permissions.0.actions is [5]; it must be a list"],
  [
    [{ actions: ["a:B"], resources: ["*"], effect: "Deny" }],
    "permissions.0.effect is not a setting; valid names: actions, resources",
  ],
])("%j is refused", (written, message) => {
  expect(problems(written)).toEqual([expect.stringContaining(`services: orders.${message}`)]);
});

test("a statement that is there twice is refused", () => {
  const mail = { actions: ["ses:SendEmail"], resources: [MAIL] };
  expect(problems([mail, mail])).toEqual([
    "services: orders.permissions.1 is there twice; remove one of them",
  ]);
});

test("permissions leave room in the role's 10,240 characters for the statements of other words", () => {
  const of = (count: number) => [
    {
      actions: ["dynamodb:GetItem"] as const,
      resources: [...Array(count).keys()].map(
        (index) => `arn:aws:dynamodb:*:*:table/orders-${1000 + index}` as const,
      ),
    },
  ];
  const most = [...Array(300).keys()].findLast(
    (count) => charactersOf(of(count)) <= PERMISSION_CHARACTERS,
  );
  expect(problems(of(most ?? 0))).toEqual([]);
  expect(problems(of((most ?? 0) + 1))).toEqual([
    expect.stringMatching(/characters as a policy; AWS allows 10,240 for a role, of which they/),
  ]);
});

test("an ARN of another partition is refused where the environment is", () => {
  const permissions = [{ actions: ["ses:SendEmail"], resources: [MAIL] }] as const;
  const catalogue = { web: { ...fixture.web, calls: [], permissions } };
  const found = (region: string) =>
    deploymentProblems(catalogue, readConfig({}, environmentsWith({ region }), catalogue));
  expect(found("us-east-1")).toEqual([]);
  expect(found("us-gov-west-1")).toEqual([
    `services: web.permissions names "${MAIL}", but us-gov-west-1 is in the partition aws-us-gov; write arn:aws-us-gov:…`,
  ]);
});

test("an action without a service, and a resource that is no ARN, do not compile", () => {
  const { port, health, size } = fixture.web;
  const spec = { port, health, size };
  defineServices({ a: { ...spec, permissions: [{ actions: ["ses:Send"], resources: [MAIL] }] } });
  // @ts-expect-error the service is missing
  defineServices({ a: { ...spec, permissions: [{ actions: ["Send"], resources: [MAIL] }] } });
  // @ts-expect-error this is the name of an identity, and not its ARN
  defineServices({ a: { ...spec, permissions: [{ actions: ["a:B"], resources: ["acme.com"] }] } });
  expect(spec).not.toHaveProperty("permissions");
});
