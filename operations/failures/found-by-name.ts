import {
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { ListRoleTagsCommand } from "@aws-sdk/client-iam";
import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { createClients, createSecretsClient } from "../checks/clients";
import type { Target } from "../target/target";

/** An existing AWS resource whose name Terraform wanted to use. */
export interface ExistingResource {
  readonly name: string;
  /** Its ID for `terraform import`. */
  readonly importId: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What a look for one needs. */
export type ResourceContext = Pick<Target, "config" | "clients" | "clientSettings">;

type Found = Promise<ExistingResource | undefined>;

/** The types that their own services look up by name; the ARNs of the rest can be built from theirs. */
export const BY_NAME: Readonly<Record<string, (name: string, context: ResourceContext) => Found>> =
  {
    aws_iam_role: findRole,
    aws_lb: findLoadBalancer,
    aws_lb_target_group: findTargetGroup,
    aws_secretsmanager_secret: findSecret,
  };

async function findRole(name: string, { config, clientSettings }: ResourceContext): Found {
  const { iam } = createClients(clientSettings, config.region);
  const { Tags } = await iam.send(new ListRoleTagsCommand({ RoleName: name }));
  return { name, importId: name, tags: recordOf(Tags) };
}

async function findLoadBalancer(name: string, { clients }: ResourceContext): Found {
  const { LoadBalancers = [] } = await clients.loadBalancing.send(
    new DescribeLoadBalancersCommand({ Names: [name] }),
  );
  return await balancing(name, LoadBalancers[0]?.LoadBalancerArn, clients);
}

async function findTargetGroup(name: string, { clients }: ResourceContext): Found {
  const { TargetGroups = [] } = await clients.loadBalancing.send(
    new DescribeTargetGroupsCommand({ Names: [name] }),
  );
  return await balancing(name, TargetGroups[0]?.TargetGroupArn, clients);
}

async function balancing(
  name: string,
  arn: string | undefined,
  { loadBalancing }: ResourceContext["clients"],
): Found {
  if (arn === undefined) return undefined;
  const { TagDescriptions = [] } = await loadBalancing.send(
    new DescribeTagsCommand({ ResourceArns: [arn] }),
  );
  return { name, importId: arn, tags: recordOf(TagDescriptions[0]?.Tags) };
}

async function findSecret(name: string, { config, clientSettings }: ResourceContext): Found {
  const secrets = createSecretsClient(clientSettings, config.region);
  const { ARN, Tags } = await secrets.send(new DescribeSecretCommand({ SecretId: name }));
  return ARN === undefined ? undefined : { name, importId: ARN, tags: recordOf(Tags) };
}

/** AWS's list of tags as a record. */
export function recordOf(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = [],
): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}
