import { access } from "./calls/access";
import { type Call, type CallsOfKinds, type Claim, type Resource, call } from "./calls/call";
import { compute } from "./calls/compute";
import { data } from "./calls/data";
import { network } from "./calls/network";
import { observation } from "./calls/observation";

/**
 * What a role could try on each kind of resource: to read it, to change it, to take it over by its tags,
 * and to delete it. The reads of a kind come first, and the last of them is followed by the first write.
 */
export const CALLS: CallsOfKinds = { ...access, ...compute, ...data, ...network, ...observation };

/** Kinds without calls of their own: each is a setting of another resource, or calls no API. */
export const PARTS = [
  "aws_acm_certificate_validation",
  "aws_ecs_cluster_capacity_providers",
  "aws_route",
  "aws_s3_bucket_lifecycle_configuration",
  "aws_s3_bucket_ownership_controls",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
  "aws_secretsmanager_secret_version",
  "aws_sqs_queue_policy",
  "aws_sqs_queue_redrive_allow_policy",
  "terraform_data",
];

/** The calls that could touch a resource, by a role whose own environment has these tags. */
export function callsOn({ type, values }: Resource, claim: Claim): Call[] {
  const value = (key: string): string => {
    const found = key
      .split(".")
      .reduce<unknown>((each, part) => (each as Record<string, unknown>)[part], values);
    if (typeof found !== "string") throw new Error(`a ${type} has no ${key}`);
    return found;
  };
  return CALLS[type]?.(value, claim) ?? [];
}

/** The calls that read, set or remove a secret of an environment, which is in no state. */
export function callsOnSecret(suffix: string): { readonly reads: Call[]; readonly writes: Call[] } {
  const Name = `/platform-${suffix}/web/STRIPE_KEY`;
  return {
    reads: [
      call("ssm", "get_parameter", { Name, WithDecryption: true }),
      call("ssm", "get_parameters", { Names: [Name], WithDecryption: true }),
      call("ssm", "get_parameters", { Names: [Name] }),
      call("ssm", "get_parameters_by_path", { Path: `/platform-${suffix}`, Recursive: true }),
      call("ssm", "get_parameter_history", { Name }),
    ],
    writes: [
      call("ssm", "put_parameter", {
        Name,
        Value: "sesame",
        Type: "SecureString",
        Overwrite: true,
      }),
      call("ssm", "delete_parameter", { Name }),
      call("ssm", "delete_parameters", { Names: [Name] }),
    ],
  };
}

/** Whether a call changes nothing. */
export function isRead({ operation }: Call): boolean {
  return /^(get|describe|list|batch_get)_/.test(operation);
}
