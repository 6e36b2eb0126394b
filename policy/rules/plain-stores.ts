import { type Breach, breach } from "../rule";
import { type Resource, type Stack, refersTo, resourcesOf } from "../stack";
import { type Statement, statementsOf } from "../statements";

/** A kind of store that takes plain requests unless its policy denies them. */
interface Store {
  readonly type: string;
  /** The type of its policy, and the attribute by which that names it. */
  readonly policy: string;
  readonly named: string;
  readonly everyAction: string;
  /** Whether a statement's resources are all of it. */
  readonly covers: (resources: readonly string[]) => boolean;
}

const STORES: readonly Store[] = [
  {
    type: "aws_s3_bucket",
    policy: "aws_s3_bucket_policy",
    named: "bucket",
    everyAction: "s3:*",
    // The bucket, and its objects.
    covers: (resources) =>
      [true, false].every((ofObjects) =>
        resources.some((resource) => resource.endsWith("/*") === ofObjects),
      ),
  },
  {
    type: "aws_sqs_queue",
    policy: "aws_sqs_queue_policy",
    named: "queue_url",
    everyAction: "sqs:*",
    covers: (resources) => resources.length > 0,
  },
  {
    type: "aws_sns_topic",
    policy: "aws_sns_topic_policy",
    named: "arn",
    // A topic's policy takes no `sns:*`.
    everyAction: "sns:Publish",
    covers: (resources) => resources.length > 0,
  },
];

/** Buckets, queues and topics whose policy lets a request in without TLS. */
export function plainStores(stacks: readonly Stack[]): Breach[] {
  const { statements } = statementsOf(stacks);
  return STORES.flatMap((store) => {
    const denying = statements.filter((statement) => deniesPlain(statement, store));
    const policies = resourcesOf(stacks, store.policy);
    return resourcesOf(stacks, store.type)
      .filter(
        (resource) =>
          !policies
            .filter(({ block }) => refersTo(block[store.named], resource))
            .some((policy) => denying.some((each) => guards(each, policy, resource, store))),
      )
      .map((resource) => breach(resource, "its policy does not deny requests without TLS"));
  });
}

function guards(statement: Statement, policy: Resource, resource: Resource, store: Store): boolean {
  return (
    (statement.address === policy.address || refersTo(policy.block["policy"], statement)) &&
    store.covers(statement.resources.filter((named) => refersTo(named, resource)))
  );
}

/** Whether it denies every caller every action without TLS; a second condition would except some. */
function deniesPlain(
  { allows, excludes, principals, actions, conditions }: Statement,
  { everyAction }: Store,
): boolean {
  const [condition, ...others] = conditions;
  return (
    !allows &&
    !excludes &&
    principals.includes("*") &&
    actions.some((action) => ["*", everyAction].includes(action)) &&
    others.length === 0 &&
    condition !== undefined &&
    /^Bool(IfExists)?$/.test(condition.operator) &&
    condition.key === "aws:securetransport" &&
    condition.values.join() === "false"
  );
}
