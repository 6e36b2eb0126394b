import { setTimeout as sleep } from "node:timers/promises";
import { Refusal, type Report } from "../terminal/refusal";
import type { Config } from "../../spec/config";
import { hasName, isDenied, wordsOf } from "../target/aws-error";
import { buildSecrets } from "./build-secrets";
import type { Check, CheckContext, CheckResult, PreflightContext, Problem } from "./check";
import { createClients } from "./clients";
import { credentials } from "./credentials";
import { databaseVersion } from "./database-version";
import { disk } from "./disk";
import { domain } from "./domain";
import { engine } from "./engine";
import { fargateQuota } from "./fargate-quota";
import { hcpWorkspaces } from "./hcp-workspaces";
import { issuer } from "./issuer";
import { elasticIps, vpcs } from "./quotas";
import { serviceLinkedRoles } from "./service-linked-roles";
import { serviceSecrets } from "./service-secrets";
import { session } from "./session";
import { stateBucket, stateVersions } from "./state-bucket";
import { terraform } from "./terraform";
import { zones } from "./zones";

export type { Check, PreflightContext, Problem } from "./check";

/** The result of a check; `undefined` if it was skipped because the credentials are invalid. */
export interface Outcome {
  readonly title: string;
  readonly result: CheckResult | undefined;
}

const LIMIT_SECONDS = 15;
const NETWORK_FIX = "check the network and the proxy, then run `npx platform doctor` again";

/** Checks without AWS credentials (`anybody`), and those that need them (`account`). */
export interface Checks {
  readonly anybody: readonly Check[];
  readonly account: readonly Check[];
}

const MACHINE: readonly Check[] = [engine, buildSecrets, disk, terraform];
const ACCOUNT: readonly Check[] = [
  session,
  zones,
  elasticIps,
  vpcs,
  fargateQuota,
  serviceLinkedRoles,
  databaseVersion,
  domain,
  serviceSecrets,
];

/** Checks that Terraform can reach the states. States in files need no check. */
export function stateChecks({ backend }: Config): Checks {
  return {
    anybody: backend.kind === "cloud" ? [hcpWorkspaces] : [],
    account: backend.kind === "s3" ? [stateBucket] : [],
  };
}

function allChecks(config: Config): Checks {
  const { anybody, account } = stateChecks(config);
  const versions = config.backend.kind === "s3" ? [stateVersions] : [];
  return {
    anybody: [...MACHINE, issuer, ...anybody],
    account: [...account, ...versions, ...ACCOUNT],
  };
}

/**
 * Checks the machine, the account and the region before anything is created. Reads only. All checks
 * run in parallel; those that query AWS start once the credentials are known to be valid.
 *
 * @param checks @default all of them
 */
export async function runChecks(
  context: PreflightContext,
  report?: Report,
  checks = allChecks(context.config),
): Promise<Outcome[]> {
  const clients = createClients(context.clientSettings, context.config.region);
  const run = watched({ ...context, clients }, report);
  const account = async () => {
    const known = await run(credentials);
    const { account: asked } = checks;
    if (problemsOf([known]).length === 0) return [known, ...(await Promise.all(asked.map(run)))];
    return [known, ...asked.map(({ title }) => ({ title, result: undefined }))];
  };
  const outcomes = await Promise.all([
    Promise.all(checks.anybody.map(run)),
    checks.account.length > 0 ? account() : [],
  ]);
  return outcomes.flat();
}

export function problemsOf(outcomes: readonly Outcome[]): Problem[] {
  return outcomes.flatMap(({ result }) => (result && "problems" in result ? result.problems : []));
}

/** Runs a check and reports the checks that are still running. */
function watched(context: CheckContext, report: Report | undefined) {
  const waiting = new Set<string>();
  const tell = () => {
    if (waiting.size > 0) report?.(`checking ${[...waiting].join(", ")}`);
  };
  return async (check: Check): Promise<Outcome> => {
    waiting.add(check.title);
    tell();
    const result = await limited(check, context);
    waiting.delete(check.title);
    tell();
    return { title: check.title, result };
  };
}

/** Runs a check with a time limit. A check that times out or throws counts as a problem. */
export async function limited(
  { title, run }: Check,
  context: CheckContext,
  seconds = LIMIT_SECONDS,
): Promise<CheckResult> {
  const late = {
    problem: `${title} could not be checked within ${seconds} s`,
    fix: NETWORK_FIX,
  };
  const silence = sleep(seconds * 1000, { problems: [late] }, { ref: false });
  const result = run(context).catch((error: unknown) => ({ problems: [defect(title, error)] }));
  return await Promise.race([result, silence]);
}

function defect(title: string, error: unknown): Problem {
  if (error instanceof Refusal) return { problem: error.message, fix: error.fix };
  if (hasName(error, "TimeoutError")) {
    return { problem: `${title} could not be checked: no answer in time`, fix: NETWORK_FIX };
  }
  const problem = `${title} could not be checked (${wordsOf(error)})`;
  // A caller without this permission cannot deploy: Terraform and the stacks need it too.
  return isDenied(error)
    ? { problem, fix: "allow the caller that action, or use credentials that have it" }
    : { problem, fix: "fix the cause, then run `npx platform doctor` again" };
}
