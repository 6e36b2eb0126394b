import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Testing } from "cdktf";
import { afterAll, describe, expect, test } from "vitest";
import { AccountStack } from "../../../setup/aws/account";
import { readSettings } from "../../../setup/aws/settings";
import { rdsAuthorities } from "../../../spec/database/authorities";
import { REGIONS } from "../../../spec/regions";
import type { EnvironmentSettings } from "../../../spec/environment/settings";
import { environmentsWith } from "../../support/environments";
import { fixture } from "../../support/services";
import { synthesize } from "../../support/synth";

const folder = mkdtempSync(path.join(tmpdir(), "partitions-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Stands for GovCloud's authorities, which an owner has to download. */
const AUTHORITIES = path.join(folder, "bundle.pem");
writeFileSync(AUTHORITIES, rdsAuthorities("us-east-1") ?? "");

/** According to AWS, independent of the product's code. */
const partitionOf = (region: string) => (region.startsWith("us-gov-") ? "aws-us-gov" : "aws");

/** The partitions of the ARNs in a text. */
function partitionsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\barn:(aws[a-z-]*):/g)].map(([, found = ""]) => found))];
}

/** AWS hosts of other partitions; `com.amazonaws.us-east-1.s3` is not a host. */
const FOREIGN_HOST = /(?<!com\.)amazonaws\.(?!com(?![.\w]))|\bapi\.aws\b/;

const SETUP = {
  SETUP_ACCOUNT: "123456789012",
  SETUP_REPOSITORY: "acme/platform",
  SETUP_STATE_BUCKET: "acme-states",
  SETUP_ENVIRONMENTS: "dev,blue,preview",
  SETUP_HOSTED_ZONES: "Z0123456789ABCDEFGHIJ",
};

test.each(REGIONS)("the account setup for %s uses only the region's partition", (region) => {
  const env = { ...SETUP, PLATFORM_REGION: region };
  const { settings, problems } = readSettings(env, environmentsWith());
  expect(problems).toEqual([]);
  const json = Testing.synth(new AccountStack(Testing.app(), "account", settings));
  expect(partitionsIn(json)).toEqual([partitionOf(region)]);
  expect(json).not.toMatch(FOREIGN_HOST);
});

/** Together they cover every setting that names an account, a role or an AWS host. */
const SETTINGS: readonly EnvironmentSettings[] = [
  { pullableBy: ["210987654321"], capacity: "spot" },
  { promoteFrom: { environment: "blue", account: "210987654321" } },
];

describe.each(["us-east-1", "us-gov-west-1"])("the stacks in %s", (region) => {
  const partition = partitionOf(region);
  const PLATFORM_PERMISSIONS_BOUNDARY = `arn:${partition}:iam::123456789012:policy/setup/boundary`;

  test.each(SETTINGS)("use only the region's partition, with %j", (settings) => {
    const env = {
      PLATFORM_REGION: region,
      PLATFORM_PERMISSIONS_BOUNDARY,
      PLATFORM_DATABASE_CA: AUTHORITIES,
    };
    for (const { json } of Object.values(synthesize(fixture, env, settings))) {
      const text = JSON.stringify(json);
      expect(partitionsIn(text).filter((found) => found !== partition)).toEqual([]);
      expect(text).not.toMatch(FOREIGN_HOST);
    }
  });
});
