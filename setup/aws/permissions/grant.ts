export type Arn = `arn:${string}`;

/** `{ StringEquals: { "aws:ResourceTag/Project": "platform" } }` */
export type Conditions = Readonly<
  Record<string, Readonly<Record<string, string | readonly string[]>>>
>;

/** Actions allowed on resources. */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly Arn[] | "*";
  readonly conditions?: Conditions;
  /** Why it reaches beyond the environment; required if `resources` is `"*"`. */
  readonly reason?: string;
}

/** The AWS actions of Terraform for one kind of block, or of one of the platform's commands. */
export interface Permissions {
  /** To refresh and to plan. */
  readonly read: readonly Grant[];
  /** To create, update and delete, in addition to reading. */
  readonly write: readonly Grant[];
}

/**
 * Permissions by Terraform type: `aws_vpc`, `data.aws_ecr_image`, `ephemeral.aws_…`; and by command:
 * `npx platform diagnose`.
 */
export type PermissionTable = Readonly<Record<string, Permissions>>;

/** For blocks that call no AWS service. */
export const NOTHING: Permissions = { read: [], write: [] };

export function allow(
  resources: readonly Arn[],
  actions: readonly string[],
  conditions?: Conditions,
): Grant {
  return { actions, resources, ...(conditions && { conditions }) };
}

/** For resources that neither a name nor a tag restricts to the environment. */
export function allowUnbound(
  reason: string,
  resources: readonly Arn[],
  actions: readonly string[],
  conditions?: Conditions,
): Grant {
  return { ...allow(resources, actions, conditions), reason };
}

/** For actions that AWS cannot restrict to resources. */
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
