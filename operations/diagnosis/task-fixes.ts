import { DATABASE_SETUP, HEALTH, MIGRATE, READY } from "../../spec/images";
import { PREPARATION_SECONDS } from "../../spec/limits";
import { programFix } from "./program-fixes";
import { missingSecretFix } from "./secret-fixes";
import type { StoppedTask } from "./stopped-task";

type Fixes = readonly (readonly [RegExp, string])[];

/**
 * The fix for each ECS message about a task that did not come to run; the first match applies.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
const START_FIXES: Fixes = [
  [
    /OutOfMemory|\bOOM/i,
    "the task needs more memory: raise `size.memory` in services/index.ts, or find out what uses it",
  ],
  [
    /CannotPull[^]*(toomanyrequests|Rate exceeded|429 Too Many Requests)/i,
    "the registry throttles pulls: ECS tries again; if it stays, raise the ECR quotas (aws service-quotas list-service-quotas --service-code ecr)",
  ],
  [
    /CannotPull[^]*(no space left on device|failed to register layer)/i,
    "the unpacked image does not fit on the task's disk of 20 GiB: make it smaller",
  ],
  [
    /CannotPull[^]*descriptor matching platform/i,
    "the image is for another processor: `architecture` in environments.ts must be that of the image and of its tasks",
  ],
  [
    /CannotPull[^]*(AccessDenied|not authorized|403 Forbidden|no basic auth credentials)/i,
    "the role that starts the task may not pull the image: deploy `platform` again, and check the repository's policy",
  ],
  [
    /connection issue between the task and|CannotPull[^]*(i\/o timeout|deadline exceeded|dial tcp|request canceled)|ResourceInitializationError[^]*(deadline exceeded|i\/o timeout|dial tcp)/i,
    "the task cannot reach AWS: its subnet needs a default route through a NAT gateway, and its security group an outbound rule",
  ],
  [
    /CannotPull|pull image/i,
    "the image cannot be pulled: deploy `images` again, and check that the tasks can reach ECR",
  ],
  [
    /did not contain json key/i,
    "the secret lacks the key that the task reads: deploy `platform` again, which writes the secret anew",
  ],
  [
    /ResourceInitializationError[^]*(ssm:GetParameters|secretsmanager:GetSecretValue)[^]*permissions boundary/i,
    "the permissions boundary of the role that starts the task leaves a secret out: after `secrets` in services/index.ts has got an ARN, an administrator runs npx platform setup again",
  ],
  [
    /ResourceInitializationError[^]*(AccessDenied|not authorized)/i,
    "the role that starts the task may not read a secret, its KMS key or the log group: deploy `platform` again, and check the key's policy",
  ],
  [
    /ResourceInitializationError|secret/i,
    "a secret or the log group is not accessible: deploy `platform` again, and check that it still exists",
  ],
  [
    /network interface provisioning|insufficient free addresses|RESOURCE:ENI/i,
    "the task gets no network interface: the subnet has no free address, or the account's quota is used up (aws ec2 describe-network-interfaces)",
  ],
  [
    /Capacity is unavailable|SpotInterruption|HostEC2/i,
    "AWS has no capacity for it at the moment: ECS tries again; deploy again in some minutes",
  ],
];

/** For a service whose task became healthy and then did not stay so. */
const HEALTH_FIX =
  "its health check no longer succeeds: check `health` in services/index.ts and its log";

/** For a sidecar of which the same is true. */
const SIDECAR_FIX =
  "a sidecar's health check no longer succeeds: check its `health.command` in services/index.ts and its log";

/** The fix for each ECS message about a task that ran. */
const RUN_FIXES: Fixes = [
  [
    new RegExp(`ordering dependency \\[(${DATABASE_SETUP}|${MIGRATE})\\b.*timed out`, "i"),
    `it must end within ${PREPARATION_SECONDS} s, before the service starts: its last lines show how far it got`,
  ],
  [
    /ordering dependency.* did not exit successfully/i,
    "a container that must run before the service failed; fix it and deploy again",
  ],
  [
    new RegExp(`ordering dependency \\[(?!${HEALTH}\\b).* for target \\[(?!${READY}\\b)`, "i"),
    "a sidecar is not healthy in time: check its `health.command` in services/index.ts and its log; a slow start gets longer with its `limits.startSeconds`",
  ],
  [
    /ordering dependency/i,
    "it runs but does not answer its health path in time: check `health` in services/index.ts and its log; a slow start gets longer with `limits.startSeconds`",
  ],
  [/health check/i, HEALTH_FIX],
  [
    /exit code 137/,
    "it was killed, by a user or because it exceeded `size.memory` in services/index.ts",
  ],
  [/./, "its last lines show why; fix it and deploy again"],
];

/** The fix for each event of an ECS service that keeps its tasks from being placed. */
const EVENT_FIXES: Fixes = [
  [
    /limit on the number of vCPUs/i,
    "the account's Fargate quota is used up: npx platform doctor shows it and the command that requests more",
  ],
  [
    /Capacity is unavailable/i,
    "AWS has no Fargate capacity at the moment: ECS tries again; deploy again in some minutes",
  ],
  [
    /unable to assume (the )?role|AccessDenied/i,
    "ECS may not act for the service: aws iam get-role --role-name AWSServiceRoleForECS must find its role",
  ],
];

/** What to do about a stopped task. */
export function taskFix({ reason, container }: StoppedTask): string {
  const said = `${reason} ${container.reason ?? ""}`.trimEnd();
  const known = `${said} exit code ${container.exitCode ?? "none"}`;
  return (
    missingSecretFix(said) ??
    fixFor(START_FIXES, known) ??
    programFix({ ...container, reason: said }) ??
    fixFor(RUN_FIXES, known) ??
    ""
  );
}

/**
 * What to do about a task that runs but is unhealthy.
 *
 * @param failing the names of the service and sidecars whose health checks fail
 */
export function healthFix(service: string, failing: readonly string[]): string {
  // A service fails with the sidecar that it needs.
  const sidecars = failing.filter((name) => name !== service);
  return sidecars.length > 0 ? SIDECAR_FIX : HEALTH_FIX;
}

/** What to do about a service's events; `undefined` if they name no known obstacle. */
export function eventFix(events: readonly string[]): string | undefined {
  return fixFor(EVENT_FIXES, events.join("\n"));
}

function fixFor(fixes: Fixes, words: string): string | undefined {
  return fixes.find(([pattern]) => pattern.test(words))?.[1];
}
