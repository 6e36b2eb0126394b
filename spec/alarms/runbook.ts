import { ENVIRONMENTS_FILE } from "../environment/settings";

/** What an alarm tells, and what to do first, for whoever gets it. */
export interface Runbook {
  /** A few words: the title of the alarm. */
  readonly name: string;
  /** What is wrong. `{…}` stands for a value of the alarm; see `AlarmValues`. */
  readonly meaning: string;
  /** In this order, with commands that work as they are. */
  readonly firstSteps: readonly string[];
}

/** The values of one alarm. */
export interface AlarmValues {
  readonly environment: string;
  /** The service, job or queue by its name in the catalogue; `load-balancer` or `database`. */
  readonly subject: string;
  /** What AWS calls it. */
  readonly resource: string;
  /** Who is asked about the service. @default nobody in particular */
  readonly owner?: string | undefined;
  readonly threshold: number;
}

const DIAGNOSE = "npx platform diagnose {environment} {subject}";

/** Every alarm of an environment, by the word that ends its name. */
export const RUNBOOKS = {
  errors: {
    name: "Failed answers",
    meaning: "More than {threshold} % of the answers of {subject} have a 5xx status.",
    firstSteps: [
      DIAGNOSE,
      "Read its log for the errors; if they began with a deployment, deploy the commit before it.",
    ],
  },
  slow: {
    name: "Slow answers",
    meaning: "One of twenty answers of {subject} takes more than {threshold} s.",
    firstSteps: [
      DIAGNOSE,
      "Look at the dashboard for a busy CPU, a busy database, or a service that it calls and that is slow too.",
    ],
  },
  unhealthy: {
    name: "Unhealthy tasks",
    meaning:
      "The load balancer finds tasks of {subject} unhealthy, for longer than a deployment takes.",
    firstSteps: [DIAGNOSE],
  },
  missing: {
    name: "Missing tasks",
    meaning: "Fewer tasks of {subject} run than should, for longer than a deployment takes.",
    firstSteps: [DIAGNOSE],
  },
  limit: {
    name: "At the scaling limit",
    meaning: "{subject} has had all of its {threshold} tasks for half an hour, and can add none.",
    firstSteps: [
      "Look at the dashboard: if its CPU, memory or queue is still above the target, more load will be slow.",
      `Raise scaling.max of {subject} in ${ENVIRONMENTS_FILE} or in services/index.ts, and deploy.`,
    ],
  },
  "oldest-message": {
    name: "Old messages",
    meaning: "A message has been in the queue {subject} for more than {threshold} s.",
    firstSteps: [
      "npx platform diagnose {environment}",
      "If the receiver is well, it is too slow for what is sent: raise its scaling.max.",
    ],
  },
  "dead-letters": {
    name: "Dead letters",
    meaning: "Messages of the queue {subject} failed at every attempt, and wait in {resource}.",
    firstSteps: [
      "Read the receiver's log for the reason, and deploy a version that mends it.",
      "Send them back from the SQS console (Start DLQ redrive), or delete them. They expire after 14 days.",
    ],
  },
  "failed-runs": {
    name: "Failed runs",
    meaning: "Runs of the job {subject} have failed or timed out: {threshold} or more.",
    firstSteps: [
      DIAGNOSE,
      "Once it is mended, run it again: npx platform run {environment} {subject}",
    ],
  },
  "own-errors": {
    name: "Answers of the load balancer",
    meaning:
      "The load balancer itself answers with a 5xx status, more than {threshold} times a minute: a service has no healthy task, closes connections or does not answer in time.",
    firstSteps: ["npx platform diagnose {environment}"],
  },
  capacity: {
    name: "Database near its limit",
    meaning: "Aurora has used more than {threshold} % of its largest capacity for 15 minutes.",
    firstSteps: [
      "Look in RDS's Performance Insights or in the dashboard for what made it grow.",
      `Raise database.maxCapacity of {environment} in ${ENVIRONMENTS_FILE}, and deploy; it grows without a restart.`,
    ],
  },
  "failed-deployments": {
    name: "Failed deployment",
    meaning: "ECS gave a deployment of a service up, and runs the version before it.",
    firstSteps: ["npx platform diagnose {environment}"],
  },
} as const satisfies Readonly<Record<string, Runbook>>;

/** The word that ends an alarm's name, and names its runbook. */
export type AlarmKind = keyof typeof RUNBOOKS;

/** The runbook of one alarm, with its values filled in. */
export function runbookOf(kind: AlarmKind, values: AlarmValues): Runbook {
  const { name, meaning, firstSteps } = RUNBOOKS[kind];
  return {
    name,
    meaning: filled(meaning, values),
    firstSteps: firstSteps.map((step) => filled(step, values)),
  };
}

/**
 * The description of an alarm, which each of its messages carries: AWS allows 1,024 characters.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export function describeAlarm(kind: AlarmKind, values: AlarmValues): string {
  const { meaning, firstSteps } = runbookOf(kind, values);
  return [
    meaning,
    ...(values.owner === undefined ? [] : [`Ask: ${values.owner}.`]),
    "First:",
    ...firstSteps.map((step, index) => `${index + 1}. ${step}`),
  ].join(" ");
}

function filled(text: string, values: AlarmValues): string {
  return Object.entries(values).reduce(
    (sofar, [name, value]) => sofar.replaceAll(`{${name}}`, () => String(value)),
    text,
  );
}
