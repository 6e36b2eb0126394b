import { setTimeout as sleep } from "node:timers/promises";
import {
  ListTopicsCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { SUFFIX } from "../e2e/support/checkout";
import { client } from "../e2e/support/local-aws";

const sqs = new SQSClient({ ...client, useQueueUrlAsEndpoint: false });
const sns = new SNSClient(client);

const SUBSCRIBED = "The queue is subscribed.";

/** In the account of the local AWS. */
const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:alarm-messages";

/** The messages of the environment's topic, as a queue that is subscribed to it gets them. */
export class AlarmMessages {
  /** In order: `flask-api-errors ALARM`, or the text of what is no alarm. */
  readonly heard: string[] = [];

  private constructor(private readonly queueUrl: string) {}

  /** Subscribes a queue of its own to the topic, and sees that it gets a message. */
  static async open(): Promise<AlarmMessages> {
    const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
    const topic = Topics.find(({ TopicArn }) => TopicArn?.endsWith(`:platform-alarms-${SUFFIX}`));
    if (topic?.TopicArn === undefined) throw new Error("the environment has no topic for alarms");
    const { QueueUrl = "" } = await sqs.send(
      new CreateQueueCommand({ QueueName: QUEUE_ARN.split(":").at(-1) }),
    );
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: QUEUE_ARN,
        Condition: { ArnEquals: { "aws:SourceArn": topic.TopicArn } },
      },
    });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    await sns.send(
      new SubscribeCommand({
        TopicArn: topic.TopicArn,
        Protocol: "sqs",
        Endpoint: QUEUE_ARN,
        Attributes: { RawMessageDelivery: "true" },
      }),
    );
    await sns.send(new PublishCommand({ TopicArn: topic.TopicArn, Message: SUBSCRIBED }));
    const opened = new AlarmMessages(QueueUrl);
    await opened.until(SUBSCRIBED, 0, 30);
    opened.heard.length = 0;
    return opened;
  }

  /** Waits for a message after so many others, and returns how many there are with it; `limit` in seconds. */
  async until(message: string, after: number, limit: number): Promise<number> {
    const end = performance.now() + limit * 1000;
    for (;;) {
      const found = (await this.read()).findIndex(
        (each, index) => index >= after && each.startsWith(message),
      );
      if (found >= 0) return found + 1;
      if (performance.now() > end) throw new Error(`no message "${message}" within ${limit} s`);
      await sleep(1000);
    }
  }

  /** Adds what has arrived since, and returns all. */
  async read(): Promise<readonly string[]> {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: this.queueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return this.heard;
      for (const { Body = "" } of Messages) this.hear(Body);
      await this.forget(Messages);
    }
  }

  private hear(body: string): void {
    const time = new Date().toISOString().slice(11, 19);
    const text = titleOf(body);
    console.log(`${time} ${text}`);
    this.heard.push(text);
  }

  private async forget(messages: readonly Message[]): Promise<void> {
    const Entries = messages.map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
    }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.queueUrl, Entries }));
  }
}

function titleOf(body: string): string {
  if (!body.startsWith("{")) return body;
  // CloudWatch's own format.
  const { AlarmName, NewStateValue } = JSON.parse(body) as Record<string, string>;
  const name = AlarmName?.replace(/^platform-/, "").replace(new RegExp(`-${SUFFIX}$`), "");
  return `${name} ${NewStateValue}`;
}
