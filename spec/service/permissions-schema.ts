import * as z from "zod/mini";
import { entry, given, rule } from "../schema";
import type { GivenPermission, Permission } from "./permissions";

function listOf<Text extends string>(what: string, example: string) {
  return rule<readonly Text[]>(
    `a list of at least one ${what}: ["${example}"]`,
    (value) =>
      Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string"),
  );
}

const EXAMPLE = '[{ actions: ["ses:SendEmail"], resources: ["arn:aws:ses:…"] }]';

/** At least one; the ARNs and the actions in it are checked by `permissionProblems`. */
function listOfPermissions<Each>(permission: z.ZodMiniType<Each>) {
  return z.readonly(
    z
      .array(permission, { error: ({ input }) => `${given(input)}; it must be a list: ${EXAMPLE}` })
      .check(z.minLength(1, { error: `is empty; leave it out, or name some: ${EXAMPLE}` })),
  );
}

/** The shape of a service's `permissions`. */
export const permissions = listOfPermissions(
  entry<Permission>()('{ actions: ["…"], resources: ["…"] }', {
    actions: listOf<Permission["actions"][number]>("action", "ses:SendEmail"),
    resources: listOf<Permission["resources"][number]>("ARN", "arn:aws:ses:…"),
  }),
);

/** The shape of permissions whose ARNs are known only to Terraform. */
export const givenPermissions = listOfPermissions(
  entry<GivenPermission>()('{ actions: ["…"], resources: ["…"] }', {
    actions: listOf<GivenPermission["actions"][number]>("action", "ses:SendEmail"),
    resources: listOf<string>("ARN", "arn:aws:ses:…"),
  }),
);
