import { type Breach, type Rule, breach } from "../rule";
import { type Block, type Stack, blocks, refersTo, resourcesOf, strings } from "../stack";
import { plainStores } from "./plain-stores";

/** Only with TLS 1.2 and 1.3: AWS names a policy by the oldest version that it accepts. */
const MODERN_TLS = /^ELBSecurityPolicy-TLS13-1-[23]-/;

export const encryptionInTransit: Rule = {
  promise:
    "An environment with a domain answers over TLS 1.2 or newer only, and no store takes a plain connection",
  fix: "let the plain listener redirect, give the other the policy in stacks/platform/listeners.ts, keep rds.force_ssl, and deny requests to a bucket, a queue or a topic without aws:SecureTransport",
  breaches: ({ stacks, hasDomain }) => [
    ...(hasDomain ? listenerBreaches(stacks) : []),
    ...weakPolicies(stacks),
    ...plainDatabases(stacks),
    ...plainStores(stacks),
  ],
};

/**
 * Where AWS encrypts only if it is asked to, and the attribute that asks. Not SNS, whose disks are encrypted.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-data-encryption.html
 */
const AT_REST: Readonly<Record<string, (block: Block) => boolean>> = {
  aws_rds_cluster: ({ storage_encrypted }) => storage_encrypted === true,
  aws_db_instance: ({ storage_encrypted }) => storage_encrypted === true,
  aws_ecr_repository: ({ encryption_configuration: own }) => blocks(own).length > 0,
  aws_efs_file_system: ({ encrypted }) => encrypted === true,
  aws_ebs_volume: ({ encrypted }) => encrypted === true,
  aws_sqs_queue: ({ sqs_managed_sse_enabled: managed, kms_master_key_id: key }) =>
    managed === true || isKey(key),
  aws_kinesis_stream: ({ encryption_type: type }) => type === "KMS",
};

/** To AWS, an empty text is no key. */
function isKey(key: unknown): boolean {
  return typeof key === "string" && key !== "";
}

export const encryptionAtRest: Rule = {
  promise: "All data is encrypted where it is stored",
  fix: "set the attribute that encrypts it (storageEncrypted, encryptionConfiguration, sqsManagedSseEnabled, …)",
  breaches: ({ stacks }) =>
    resourcesOf(stacks, ...Object.keys(AT_REST))
      .filter(({ type, block }) => AT_REST[type]?.(block) !== true)
      .map((resource) => breach(resource, "it is not encrypted")),
};

function listenerBreaches(stacks: readonly Stack[]): Breach[] {
  const listeners = resourcesOf(stacks, "aws_lb_listener");
  const plain = listeners.filter(({ block }) => block["protocol"] === "HTTP");
  const rules = resourcesOf(stacks, "aws_lb_listener_rule");
  const isRedirect = (action: Block) =>
    action["type"] === "redirect" && blocks(action["redirect"])[0]?.["protocol"] === "HTTPS";
  return [
    ...(listeners.some(({ block }) => block["protocol"] === "HTTPS")
      ? []
      : listeners.map((listener) => breach(listener, "no listener serves HTTPS"))),
    ...plain
      .filter(({ block }) => !blocks(block["default_action"]).every(isRedirect))
      .map((listener) => breach(listener, "it answers over plain HTTP")),
    ...rules
      .filter(
        ({ block }) =>
          plain.some((listener) => refersTo(block["listener_arn"], listener)) &&
          !blocks(block["action"]).every(isRedirect),
      )
      .map((rule) => breach(rule, "it routes plain HTTP")),
  ];
}

function weakPolicies(stacks: readonly Stack[]): Breach[] {
  return resourcesOf(stacks, "aws_lb_listener")
    .filter(({ block }) => block["protocol"] === "HTTPS")
    .filter(({ block }) => !MODERN_TLS.test(String(block["ssl_policy"])))
    .map((listener) =>
      breach(
        listener,
        `its policy is ${strings(listener.block["ssl_policy"]).join() || "AWS's default"}`,
      ),
    );
}

function plainDatabases(stacks: readonly Stack[]): Breach[] {
  const forcing = resourcesOf(stacks, "aws_rds_cluster_parameter_group").filter(({ block }) =>
    blocks(block["parameter"]).some(
      ({ name, value }) => name === "rds.force_ssl" && String(value) === "1",
    ),
  );
  return resourcesOf(stacks, "aws_rds_cluster")
    .filter(({ block }) => {
      const { db_cluster_parameter_group_name: group } = block;
      return !forcing.some((each) => refersTo(group, each));
    })
    .map((cluster) => breach(cluster, "it accepts connections without TLS"));
}
