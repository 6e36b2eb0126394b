import { REGIONS, partitionOf } from "../regions";

/** A parameter or a secret that exists elsewhere, as its ARN names it. */
export interface SecretReference {
  readonly kind: "parameter" | "secret";
  readonly region: string;
  /** 12 digits */
  readonly account: string;
  /** The ARN without the key, stage and version that ECS allows after a secret's: what IAM grants. */
  readonly resource: `arn:${string}`;
  /** The part that names it: `acme/stripe-AbCdEf`; a parameter's starts with a slash. */
  readonly name: string;
}

/**
 * `arn:PARTITION:ssm:REGION:ACCOUNT:parameter/NAME`. A parameter's version or label cannot be chosen.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html
 */
const PARAMETER = /^parameter(\/[\w.-]+(?:\/[\w.-]+)*)$/;

/**
 * `secret:NAME-SUFFIX`, or with a key of its JSON, a staging label or a version:
 * `secret:NAME-SUFFIX:key:stage:version`. IAM matches the six random characters of the suffix.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
const SECRET = /^secret:([\w/+=.@!-]+-[A-Za-z0-9]{6})(?::([^:]*):([^:]*):([^:]*))?$/;

const FORMS =
  "arn:aws:ssm:REGION:ACCOUNT:parameter/NAME or arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX, the latter also with :KEY:: for a key of its JSON";

/** Why a text is not such an ARN; `undefined` if it is. */
export function secretArnProblem(arn: string): string | undefined {
  const [start, partition = "", service, region = "", account = "", ...rest] = arn.split(":");
  if (start !== "arn" || (service !== "ssm" && service !== "secretsmanager"))
    return `it must be ${FORMS}`;
  if (!REGIONS.includes(region))
    return `its region is "${region}"; it must be one of ${REGIONS.join(", ")}`;
  if (partition !== partitionOf(region))
    return `its partition is "${partition}", but ${region} is in ${partitionOf(region)}`;
  if (!/^\d{12}$/.test(account) || /^0+$/.test(account))
    return `its account is "${account}"; it must be the 12 digits of an AWS account`;
  if (service === "ssm")
    return PARAMETER.test(rest.join(":"))
      ? undefined
      : "it must end with parameter/ and a name of letters, digits, - _ . and /, without a version";
  const [, , , stage, version] = SECRET.exec(rest.join(":")) ?? [];
  if (stage && version) return "it has a staging label and a version; ECS allows one of them";
  return SECRET.test(rest.join(":"))
    ? undefined
    : "it must end with secret: and the whole name, with the six characters that Secrets Manager added (aws secretsmanager describe-secret shows it), then nothing, or :KEY:STAGE:VERSION with all three colons";
}

/** The parts of an ARN without problems. */
export function readSecretArn(arn: `arn:${string}`): SecretReference {
  const [, , service, region = "", account = "", ...rest] = arn.split(":");
  const named = rest.join(":");
  if (service === "ssm") {
    const name = PARAMETER.exec(named)?.[1] ?? "";
    return { kind: "parameter", region, account, resource: arn, name };
  }
  const name = SECRET.exec(named)?.[1] ?? "";
  const resource = `arn:${arn.split(":").slice(1, 7).join(":")}` as const;
  return { kind: "secret", region, account, resource, name };
}
