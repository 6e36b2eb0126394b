import { REGIONS } from "../regions";

const NAME_RULE = "3 to 40 letters, digits, hyphens and underscores";

/** Every backend setting by its variable: the backend it belongs to, and its allowed values. */
export const BACKEND_VARIABLES = {
  PLATFORM_STATE_FOLDER: {
    kind: "local",
    allowed: "a folder, absolute or relative to the project",
    test: (value: string) => value !== "",
  },
  PLATFORM_STATE_BUCKET: {
    kind: "s3",
    allowed:
      "a bucket name: 3 to 63 lower-case letters, digits, hyphens and single dots, starting and ending with a letter or digit",
    test: isBucketName,
  },
  PLATFORM_STATE_REGION: {
    kind: "s3",
    allowed: `the bucket's region, one of ${REGIONS.join(", ")}`,
    test: (value: string) => REGIONS.includes(value),
  },
  PLATFORM_STATE_KMS_KEY: {
    kind: "s3",
    allowed: "the ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID",
    test: (value: string) => /^arn:aws(-us-gov)?:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(value),
  },
  PLATFORM_HCP_ORGANIZATION: {
    kind: "cloud",
    allowed: `the name of an organization: ${NAME_RULE}`,
    test: (value: string) => /^[\w-]{3,40}$/.test(value),
  },
  PLATFORM_HCP_PROJECT: {
    kind: "cloud",
    allowed: `the name of a project: ${NAME_RULE}, with spaces allowed inside`,
    test: (value: string) => /^[\w-][\w -]{1,38}[\w-]$/.test(value),
  },
  PLATFORM_HCP_HOSTNAME: {
    kind: "cloud",
    allowed: "a host name such as app.terraform.io, without https://",
    test: (value: string) => /^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?$/i.test(value),
  },
  PLATFORM_HCP_RUN_ROLE: {
    kind: "cloud",
    allowed: "the ARN of a role, arn:aws:iam::ACCOUNT:role/NAME",
    test: (value: string) => /^arn:aws(-us-gov)?:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(value),
  },
} as const;

export type BackendVariable = keyof typeof BACKEND_VARIABLES;

/** The variables that choose where the states are. */
export const BACKEND_VARIABLE_NAMES: readonly string[] = [
  "PLATFORM_BACKEND",
  ...Object.keys(BACKEND_VARIABLES),
];

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function isBucketName(value: string): boolean {
  return (
    /^[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*$/.test(value) &&
    /^.{3,63}$/.test(value) &&
    /[a-z0-9]$/.test(value) &&
    !/^\d+(\.\d+){3}$/.test(value) &&
    !/^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(value)
  );
}
