export type Arn = `arn:${string}`;

/** `{ StringEquals: { "aws:ResourceTag/Project": "platform" } }` */
export type Conditions = Readonly<
  Record<string, Readonly<Record<string, string | readonly string[]>>>
>;

/** Some actions on some resources. */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly Arn[] | "*";
  readonly conditions?: Conditions;
  /** Why no narrower resource will do; there is one where `resources` is `"*"`. */
  readonly reason?: string;
}

/** What Terraform calls for one kind of block, or one of our commands by itself. */
export interface Permissions {
  /** To refresh and to plan. */
  readonly read: readonly Grant[];
  /** To create, update and delete, on top of reading. */
  readonly write: readonly Grant[];
}

/**
 * By Terraform's type: `aws_vpc`, `data.aws_ecr_image`, `ephemeral.aws_…`; and by command:
 * `npx platform diagnose`.
 */
export type PermissionTable = Readonly<Record<string, Permissions>>;

/** For blocks that ask no service of AWS. */
export const NOTHING: Permissions = { read: [], write: [] };

export function allow(
  resources: readonly Arn[],
  actions: readonly string[],
  conditions?: Conditions,
): Grant {
  return { actions, resources, ...(conditions && { conditions }) };
}

/** For actions that AWS does not restrict to resources. */
export function allowEverywhere(
  reason: string,
  actions: readonly string[],
  conditions?: Conditions,
): Grant {
  return { actions, resources: "*", reason, ...(conditions && { conditions }) };
}

/** `ec2:CreateVpc` for `CreateVpc` */
export function of(service: string, ...actions: readonly string[]): string[] {
  return actions.map((action) => `${service}:${action}`);
}
