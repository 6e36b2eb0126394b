import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { type Resource, ofType, refersTo } from "../cost/resources";

/** Who hears of the alarms. */
export interface AlarmTopicEntry {
  readonly topic: string;
  /** E-mail addresses, and the hosts of webhooks: the rest of such an address may be a key. */
  readonly recipients: readonly string[];
}

/** The topic of the alarms; `undefined` for an environment without alarms. */
export function alarmTopic(
  config: Config,
  resources: readonly Resource[],
): AlarmTopicEntry | undefined {
  const name = resourceName(config, "alarms");
  const topic = ofType(resources, "aws_sns_topic").find(({ values }) => values["name"] === name);
  if (!topic) return undefined;
  const recipients = ofType(resources, "aws_sns_topic_subscription")
    .filter(({ values }) => refersTo(values["topic_arn"], topic))
    .map(({ values }) => recipientOf(String(values["endpoint"])));
  return { topic: name, recipients };
}

function recipientOf(endpoint: string): string {
  return URL.canParse(endpoint) && endpoint.startsWith("https://")
    ? `a webhook at ${new URL(endpoint).host}`
    : endpoint;
}
