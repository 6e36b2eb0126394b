import type { Environment } from "../../setup/aws/permissions/environment";
import type { Grant } from "../../setup/aws/permissions/grant";
import { permissionTable } from "../../setup/aws/permissions/table";

/** An environment whose deploying, planning and operating roles are looked at. */
export const dev: Environment = {
  github: "dev",
  name: "platform",
  suffix: "dev",
  account: "123456789012",
  partition: "aws",
  region: "us-east-1",
  stateBucket: "states",
  domain: "dev.example.com",
  hostedZones: ["Z1"],
  promotesFrom: { suffix: "blue", account: "210987654321" },
  exec: true,
  secretArns: [
    "arn:aws:secretsmanager:us-east-1:123456789012:secret:acme/stripe-AbCdEf",
    "arn:aws:ssm:us-east-1:123456789012:parameter/acme/license",
  ],
};

/** What its roles may do, by block of a stack or command. */
export const table = permissionTable(dev);

export const entries = Object.entries(table);

/** All that the roles of its pipeline may do. */
export const grants = entries.flatMap(([block, { read, write }]) =>
  [...read, ...write].map((grant) => ({ block, ...grant })),
);

/** The actions of a grant that change something. */
export function changing({ actions, resources }: Grant): string[] {
  const reads = /:(Describe|Filter|Get|List|BatchGet|BatchCheck|Validate)/;
  return actions
    .filter((action) => !reads.test(action))
    .map((action) => `${action} ${String(resources)}`);
}
