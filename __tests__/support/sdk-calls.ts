import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { PROJECT_FOLDER } from "../../project";

const PREFIXES: Readonly<Record<string, string>> = {
  "application-auto-scaling": "application-autoscaling",
  "cloudwatch-logs": "logs",
  "secrets-manager": "secretsmanager",
  "cognito-identity-provider": "cognito-idp",
  "resource-groups-tagging-api": "tag",
  "route-53": "route53",
  "elastic-load-balancing-v2": "elasticloadbalancing",
  "service-quotas": "servicequotas",
  sfn: "states",
};

/** The calls that the code of a file or folder makes: `ecs:DescribeServices` for `DescribeServicesCommand` or `paginateDescribeServices`. */
export function sdkCalls(place: string): string[] {
  const whole = path.join(PROJECT_FOLDER, place);
  const files = place.endsWith(".ts")
    ? [whole]
    : readdirSync(whole, { recursive: true, encoding: "utf8" }).map((file) =>
        path.join(whole, file),
      );
  return files
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const text = readFileSync(file, "utf8");
      const imports = text.matchAll(/import \{([^}]*)\} from "@aws-sdk\/client-([^"]+)"/g);
      return [...imports].flatMap(([, names = "", client = ""]) =>
        [...names.matchAll(/(?:paginate)?([A-Z]\w+?)(?:Command)?\b/g)]
          .map(([name, action]) => ({ name, action }))
          .filter(({ name }) => name.startsWith("paginate") || name.endsWith("Command"))
          .map(({ action }) => `${PREFIXES[client] ?? client}:${action}`)
          // IAM names the action after the data that the call returns.
          .map((call) => (call === "s3:HeadBucket" ? "s3:ListBucket" : call))
          .map((call) => (call === "s3:ListObjectVersions" ? "s3:ListBucketVersions" : call)),
      );
    });
}
