import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Testing } from "cdktf";
import { readConfig } from "../../../../project";
import { AccountStack } from "../../../../setup/aws/account";
import { readSettings } from "../../../../setup/aws/settings";
import type { Environments } from "../../../../spec/environment/settings";
import { defineServices } from "../../../../spec/service/spec";
import type { Environment } from "../../requests/cases";
import { ACCOUNT } from "../github-token";

const health = "/health";
const size = { cpu: 256, memory: 512 } as const;

const services = defineServices({
  web: { port: 8080, health, size, path: "/", calls: ["orders"], sends: ["exports"] },
  orders: {
    ...{ port: 9000, health, size, database: true },
    ...{ receives: ["exports"], stores: ["statements"] },
  },
  report: { size, schedule: { cron: "0 3 * * ? *" } },
});

/** Both in one account, and the roles of all previews beside them. */
const environments: Environments = {
  dev: { sign: true },
  prod: { sign: true },
  preview: { lifetimeHours: 72 },
  local: {},
};

export function environmentOf(suffix: string): Environment {
  const variables = {
    PLATFORM_SUFFIX: suffix,
    PLATFORM_PERMISSIONS_BOUNDARY: boundaryOf(suffix),
  };
  const { problems, ...read } = readConfig(variables, environments, services);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return read;
}

export function boundaryOf(suffix: string): string {
  return `arn:aws:iam::${ACCOUNT}:policy/setup/platform-task-boundary-${suffix}`;
}

/**
 * Writes the account's one-time setup as a Terraform configuration. Its bucket refuses requests without
 * TLS, which the local AWS does not have; the states of this test are files.
 */
export function writeAccount(folder: string): void {
  const { settings, problems } = readSettings(
    {
      SETUP_ACCOUNT: ACCOUNT,
      SETUP_REPOSITORY: "acme/platform",
      SETUP_STATE_BUCKET: "acme-states",
      SETUP_ENVIRONMENTS: "dev,prod,preview",
    },
    environments,
  );
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const text = Testing.synth(new AccountStack(Testing.app(), "account", settings));
  // The format of Terraform's JSON.
  const { terraform, resource, data, output, ...rest } = JSON.parse(text) as Record<
    string,
    Record<string, unknown>
  >;
  const { backend, ...kept } = terraform ?? {};
  if (!backend) throw new Error("the setup's state is no longer a file");
  const { aws_s3_bucket_policy: tlsOnly, ...resources } = resource ?? {};
  if (!tlsOnly) throw new Error("the setup has no policy of its bucket any more");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, "account.tf.json"),
    JSON.stringify({ terraform: kept, resource: resources, data, output, ...rest }),
  );
}
