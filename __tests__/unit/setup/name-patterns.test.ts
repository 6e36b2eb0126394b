import fc from "fast-check";
import { expect, test } from "vitest";
import type { Environment } from "../../../setup/aws/permissions/environment";
import type { Conditions } from "../../../setup/aws/permissions/grant";
import { permissionTable } from "../../../setup/aws/permissions/table";
import { boundaryGrants } from "../../../setup/aws/permissions/boundary";
import { run } from "../../../setup/aws/permissions/run";
import { stateKey } from "../../../stacks/options/backend";
import {
  insightsLogGroup,
  logGroupPrefix,
  repositoryName,
  resourceName,
  roleName,
} from "../../../spec/names";
import { ONE_OFF } from "../../../spec/images";
import { logBucketName } from "../../../spec/log-names";
import { BUCKET_LETTERS, bucketName } from "../../../spec/service/buckets";
import { deadLettersName, queueName } from "../../../spec/service/queues";
import { matcher } from "../../support/iam";
import { type Parts, pairs } from "../../support/name-parts";

const ACCOUNT = "123456789012";

/** The role that deploys an environment; all previews of a platform share one. */
function environmentOf({ name, suffix, region }: Parts): Environment {
  return {
    name,
    region,
    account: ACCOUNT,
    partition: "aws",
    stateBucket: "states",
    suffix: suffix.startsWith("pr-") ? "pr-*" : suffix,
    github: "any",
    promotesFrom: undefined,
    hostedZones: [],
  };
}

/** The ARNs that a role may access by name only, without a condition on tags. */
function patternsOf(environment: Environment): string[] {
  const grants = Object.entries(permissionTable(environment))
    // This command lists the resources of all environments.
    .filter(([block]) => block !== "npx platform envs")
    .flatMap(([, { read, write }]) => [...read, ...write]);
  return [...grants, ...boundaryGrants(environment), ...run(environment)]
    .filter(({ conditions }) => !isByTags(conditions))
    .flatMap(({ resources }) => (resources === "*" ? [] : resources));
}

const isByTags = (conditions: Conditions = {}) => /aws:Re\w+Tag\//.test(JSON.stringify(conditions));

/** A bucket's name in the catalogue has at most 14 letters. */
const bucketOf = ({ service }: Parts) => (service.length <= BUCKET_LETTERS ? service : "uploads");

/** The ARNs of an environment's resources, for each kind that has a name. */
function resourcesOf(of: Parts): string[] {
  const { region, service } = of;
  const regional = (owner: string, resource: string) =>
    `arn:aws:${owner}:${region}:${ACCOUNT}:${resource}`;
  const own = resourceName(of);
  return [
    ...(["ecs", "app", "run", "due"] as const).map(
      (kind) => `arn:aws:iam::${ACCOUNT}:role/${roleName(of, service, kind)}`,
    ),
    `arn:aws:s3:::states/${stateKey(of, "platform")}`,
    `arn:aws:s3:::states/${stateKey(of, "platform")}.tflock`,
    regional("ecr", `repository/${repositoryName(of, service)}`),
    regional("ecs", `cluster/${own}`),
    regional("ecs", `service/${own}/${resourceName(of, service)}`),
    regional("ecs", `task/${own}/0a1b`),
    regional("ecs", `task-definition/${resourceName(of, service)}:7`),
    regional("states", `stateMachine:${resourceName(of, service)}`),
    regional("states", `execution:${resourceName(of, service)}:0a1b`),
    regional("ecs", `task-definition/${resourceName(of, service, ONE_OFF)}:7`),
    regional("scheduler", `schedule/default/${resourceName(of, service)}`),
    regional("elasticloadbalancing", `loadbalancer/app/${own}/0a1b`),
    regional("logs", `log-group:${logGroupPrefix(of)}${service}:*`),
    regional("logs", `log-group:${insightsLogGroup(of)}`),
    regional("rds", `cluster:${own}`),
    regional("rds", `subgrp:${own}`),
    regional("rds", `cluster-pg:${own}`),
    regional("rds", `db:${resourceName(of, "writer")}`),
    regional("secretsmanager", `secret:${resourceName(of, service, "database")}-AbCdEf`),
    regional("secretsmanager", `secret:${resourceName(of, service, "database")}`),
    regional("sqs", queueName(of, service)),
    regional("sqs", deadLettersName(of, service)),
    `arn:aws:s3:::${logBucketName(of, ACCOUNT)}`,
    `arn:aws:s3:::${bucketName(of, bucketOf(of), ACCOUNT)}`,
    `arn:aws:s3:::${bucketName(of, bucketOf(of), ACCOUNT)}/2026/11/a.json`,
  ];
}

test("a role's patterns match all resources of its own environment", () => {
  fc.assert(
    fc.property(pairs, ([own]) => {
      const covered = patternsOf(environmentOf(own)).map(matcher);
      const missed = resourcesOf(own).filter((resource) => !covered.some((by) => by(resource)));
      expect(missed).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test("a role's patterns match no resource of another environment, platform or region", () => {
  fc.assert(
    fc.property(pairs, ([own, other]) => {
      const environment = environmentOf(own);
      const { name, suffix, region } = environmentOf(other);
      fc.pre(
        environment.name !== name || environment.suffix !== suffix || environment.region !== region,
      );
      const resources = resourcesOf(other);
      const reached = patternsOf(environment).flatMap((pattern) =>
        resources.filter(matcher(pattern)).map((resource) => [pattern, resource]),
      );
      expect(reached).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

test("a role's patterns match no object in another environment's bucket, whatever its key is", () => {
  fc.assert(
    fc.property(pairs, ([own, other]) => {
      fc.pre(environmentOf(own).suffix !== environmentOf(other).suffix);
      const foreign = `arn:aws:s3:::${bucketName(other, bucketOf(other), ACCOUNT)}`;
      const keys = ["x", "x-y", ""].map((start) => `${start}${bucketName(own, "x", ACCOUNT)}/y`);
      const endings = keys.map((key) => key.slice(own.name.length));
      const reached = patternsOf(environmentOf(own)).flatMap((pattern) =>
        [...keys, ...endings]
          .map((key) => `${foreign}/${key}`)
          .filter(matcher(pattern))
          .map((object) => [pattern, object]),
      );
      expect(reached).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
