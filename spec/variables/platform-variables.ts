import { nearest } from "../nearest";
import { BACKEND_VARIABLE_NAMES } from "./backend-variables";
import { isImageName, isSuffix, isWord } from "../names";
import { isDatabaseName } from "../service/database-name";
import { PREVIEW_RULE } from "../environment/preview-suffix";
import { REGIONS } from "../regions";

/** Every setting that a variable holds: its name, its default, and its allowed values. */
export const PLATFORM_VARIABLES = {
  name: {
    variable: "PLATFORM_NAME",
    fallback: "platform",
    allowed:
      "1 to 16 lower-case letters and digits without a hyphen, starting with a letter, but not internal, sg or aws",
    test: (value: string) => isWord(value, 16) && !["internal", "sg", "aws"].includes(value),
  },
  suffix: {
    variable: "PLATFORM_SUFFIX",
    fallback: "dev",
    allowed: `1 to 12 lower-case letters and digits without a hyphen, starting with a letter, but neither pr nor database; or, for a preview, ${PREVIEW_RULE}`,
    test: isSuffix,
  },
  region: {
    variable: "PLATFORM_REGION",
    fallback: "us-east-1",
    allowed: `one of ${REGIONS.join(", ")}`,
    test: (value: string) => REGIONS.includes(value),
  },
  registry: {
    variable: "PLATFORM_REGISTRY",
    fallback: "",
    allowed: "empty, or http(s)://host:port of a registry that serves ECR's repositories",
    test: (value: string) => value === "" || /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/.test(value),
  },
  cognito: {
    variable: "PLATFORM_COGNITO",
    fallback: "",
    allowed: "empty, or http(s)://host:port at which tasks get the keys of Cognito's user pools",
    test: (value: string) => value === "" || /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/.test(value),
  },
  keptRepositories: {
    variable: "PLATFORM_KEPT_REPOSITORIES",
    fallback: "",
    allowed: "empty, or names of images separated by commas: orders, orders_otel",
    test: (value: string) => value === "" || value.split(",").every(isImageName),
  },
  leftDatabases: {
    variable: "PLATFORM_LEFT_DATABASES",
    fallback: "",
    allowed: "empty, or names of databases separated by commas",
    test: (value: string) => value === "" || value.split(",").every(isDatabaseName),
  },
  databaseAuthorities: {
    variable: "PLATFORM_DATABASE_CA",
    fallback: "",
    allowed: "empty, or the path of a PEM file with the authorities of the database's certificate",
    test: () => true,
  },
  vulnerabilityDatabase: {
    variable: "PLATFORM_VULNERABILITY_DATABASE",
    fallback: "",
    allowed:
      "empty, or the http(s) address of a mirror of grype's databases, such as https://mirror.example.com/grype/databases",
    test: (value: string) =>
      value === "" || (/^https?:\/\/[^\s/]/.test(value) && URL.canParse(value)),
  },
  permissionsBoundary: {
    variable: "PLATFORM_PERMISSIONS_BOUNDARY",
    fallback: "",
    allowed: "empty, or the ARN of an IAM policy such as arn:aws:iam::123456789012:policy/NAME",
    test: (value: string) =>
      value === "" || /^arn:aws(-us-gov)?:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/.test(value),
  },
} as const;

export type PlatformVariable = keyof typeof PLATFORM_VARIABLES;

/** Rejects unknown variables: a mistyped `PLATFORM_SUFIX` would deploy to the default environment. */
export function unknownVariables(env: Readonly<NodeJS.ProcessEnv>): string[] {
  const known = [
    ...Object.values(PLATFORM_VARIABLES).map(({ variable }): string => variable),
    ...BACKEND_VARIABLE_NAMES,
  ];
  return Object.keys(env)
    .filter((variable) => variable.startsWith("PLATFORM_") && !known.includes(variable))
    .map((variable) => `${variable} is not a setting${nearest(variable, known)}`);
}
