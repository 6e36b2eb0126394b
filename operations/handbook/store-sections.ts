import { databaseSection } from "./database-section";
import type { Handbook } from "./handbook";
import { type Section, code, commands, names, paragraph } from "./rendering/document";
import type { QueueEntry } from "./stores";

/** Jobs, queues, buckets and the database, as far as the environment has them. */
export function storeSections(handbook: Handbook): Section[] {
  const { services, queues, buckets, database } = handbook;
  const jobs = services.filter(({ kind }) => kind === "job");
  return [
    ...(jobs.length > 0 ? [jobSection(handbook)] : []),
    ...(queues.length > 0 ? [queueSection(handbook)] : []),
    ...(buckets.length > 0 ? [bucketSection(handbook)] : []),
    ...(database ? [databaseSection(handbook, database)] : []),
  ];
}

function jobSection({ services, environment }: Handbook): Section {
  return {
    title: "Jobs",
    blocks: [
      {
        kind: "table",
        caption: "Jobs and their schedules",
        head: ["job", "starts", "time zone", "limit", "retries", "run now"],
        rows: services.flatMap(({ name, runs }) =>
          runs
            ? [
                [
                  name,
                  [code(runs.schedule)],
                  runs.timeZone,
                  `${runs.limitMinutes} minutes`,
                  String(runs.retries),
                  [code(`npx platform run ${environment} ${name}`)],
                ],
              ]
            : [],
        ),
      },
    ],
  };
}

function queueSection({ queues }: Handbook): Section {
  return {
    title: "Queues",
    blocks: [
      {
        kind: "table",
        caption: "Queues and their dead letters",
        head: ["queue", "name in SQS", "senders", "receiver", "work on a message", "now"],
        rows: queues.map((queue) => [
          queue.name,
          [code(queue.queue)],
          names(queue.senders, "none"),
          [code(queue.receiver)],
          `${queue.workSeconds} s, ${queue.attempts} attempts`,
          nowWords(queue),
        ]),
      },
    ],
    sections: queues.map(deadLetterSection),
  };
}

/** Each block works by itself, and only the first one changes nothing: they are not copied together. */
function deadLetterSection({ name, deadLetters, attempts, retentionDays }: QueueEntry): Section {
  const url = `letters=$(aws sqs get-queue-url --queue-name ${deadLetters} --query QueueUrl --output text)`;
  return {
    title: `Dead letters of ${name}`,
    blocks: [
      paragraph(
        `A message that was handed out ${attempts} times without being deleted goes to `,
        code(deadLetters),
        `, and stays there until it is ${retentionDays.deadLetters} days old. To look at some, and leave them there:`,
      ),
      commands(
        url,
        'aws sqs receive-message --queue-url "$letters" --max-number-of-messages 10 --visibility-timeout 0 --message-system-attribute-names All',
      ),
      paragraph("To send all back to the queue, once the receiver is mended:"),
      commands(
        url,
        'arn=$(aws sqs get-queue-attributes --queue-url "$letters" --attribute-names QueueArn --query Attributes.QueueArn --output text)',
        'aws sqs start-message-move-task --source-arn "$arn"',
      ),
      paragraph("Or to delete all of them, for good:"),
      commands(url, 'aws sqs purge-queue --queue-url "$letters"'),
    ],
  };
}

function nowWords({ now }: QueueEntry): string {
  return now ? `${now.waiting} waiting, ${now.deadLetters} dead letters` : "not known";
}

function bucketSection({ buckets }: Handbook): Section {
  return {
    title: "Buckets",
    blocks: [
      {
        kind: "table",
        caption: "Buckets, none of which is public",
        head: ["bucket", "name in S3", "read and written by", "older versions"],
        rows: buckets.map(({ name, bucket, users, versioned }) => [
          name,
          [code(bucket)],
          names(users, "none"),
          versioned ? "kept" : "not kept",
        ]),
      },
    ],
  };
}
