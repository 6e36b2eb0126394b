import { describe, expect, test } from "vitest";
import { fixture } from "../../../support/services";
import { containers, plain, synthesize } from "../../../support/synth";

const catalogue = {
  web: { ...fixture.web, sends: ["exports"] },
  orders: {
    ...fixture.orders,
    migrate: ["/migrate"] as const,
    receives: { exports: { workSeconds: 300, attempts: 3 } },
  },
};
const { platform, images } = synthesize(catalogue);
const environmentOf = (stack: typeof platform, name: string) =>
  containers(stack).find((container) => container["name"] === name)?.["environment"];
const queueUrl = expect.objectContaining({
  name: "EXPORTS_QUEUE_URL",
  value: expect.stringMatching(/^\$\{aws_sqs_queue\.queues_exports_queue_\w+\.url\}$/) as unknown,
}) as unknown;

test("a catalogue without queues has none, and no output of them", () => {
  const { platform } = synthesize(fixture);
  expect(platform.resources("aws_sqs_queue")).toEqual([]);
  expect(platform.json["output"]).not.toHaveProperty("queue-urls");
});

describe("a queue", () => {
  const [deadLetters, queue] = plain(platform.resources("aws_sqs_queue")) as object[];

  test("keeps messages for a week, encrypted, and hides one while it is worked on", () => {
    expect(queue).toEqual({
      name: "platform-exports-queue-dev",
      message_retention_seconds: 7 * 86_400,
      visibility_timeout_seconds: 300,
      receive_wait_time_seconds: 20,
      sqs_managed_sse_enabled: true,
      redrive_policy:
        '${jsonencode({"deadLetterTargetArn" = aws_sqs_queue.queues_exports_dead-letters.arn, "maxReceiveCount" = 3})}',
      redrive_allow_policy: '${jsonencode({"redrivePermission" = "denyAll"})}',
      lifecycle: { prevent_destroy: false },
    });
  });

  test("has dead letters of its own, which last a week longer and come from nowhere else", () => {
    expect(deadLetters).toEqual({
      name: "platform-exports-dead-letters-dev",
      message_retention_seconds: 14 * 86_400,
      sqs_managed_sse_enabled: true,
      lifecycle: { prevent_destroy: false },
    });
    expect(plain(platform.resources("aws_sqs_queue_redrive_allow_policy"))).toEqual([
      {
        queue_url: "${aws_sqs_queue.queues_exports_dead-letters.url}",
        redrive_allow_policy:
          '${jsonencode({"redrivePermission" = "byQueue", "sourceQueueArns" = [aws_sqs_queue.queues_exports_queue.arn]})}',
      },
    ]);
  });

  test("takes 120 seconds for a message and 5 attempts, unless its receiver says otherwise", () => {
    const usual = synthesize({ orders: { ...fixture.orders, receives: ["exports"] } }).platform;
    expect(usual.resources("aws_sqs_queue")).toContainEqual(
      expect.objectContaining({
        visibility_timeout_seconds: 120,
        redrive_policy: expect.stringContaining('"maxReceiveCount" = 5') as unknown,
      }),
    );
  });

  test("is replaced by no plan in a protected environment, and neither are its dead letters", () => {
    const { platform } = synthesize(catalogue, {}, { protected: true, plainHttp: true });
    for (const block of platform.resources("aws_sqs_queue")) {
      expect(block).toMatchObject({ lifecycle: { prevent_destroy: true } });
    }
  });

  test("is known with those who send to it to the next deployment", () => {
    expect(platform.json["output"]?.["queue-senders"]).toMatchObject({
      value: { exports: ["web"] },
    });
  });

  test("is known by both of its URLs to the next deployment", () => {
    expect(plain(platform.json["output"]?.["queue-urls"])).toMatchObject({
      value: {
        exports: [
          "${aws_sqs_queue.queues_exports_queue.url}",
          "${aws_sqs_queue.queues_exports_dead-letters.url}",
        ],
      },
    });
  });
});

describe("a service with a queue", () => {
  const statements = (service: string, stack = platform) =>
    plain(
      stack
        .dataSources("aws_iam_policy_document")
        .filter((block) => JSON.stringify(block).includes(`services/${service}/task/roles/task-`))
        .map(({ statement }) => statement),
    );
  const resources = ["${aws_sqs_queue.queues_exports_queue.arn}"];

  test("may send if it sends, and nothing else", () => {
    expect(statements("web")).toEqual([
      [{ sid: "SendMessages", actions: ["sqs:SendMessage"], resources }],
    ]);
  });

  test("may receive, delete and hide for longer if it receives, and nothing else", () => {
    expect(statements("orders")).toEqual([
      [
        {
          sid: "ReceiveMessages",
          actions: [
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:ChangeMessageVisibility",
            "sqs:GetQueueAttributes",
          ],
          resources,
        },
      ],
    ]);
  });

  test("has its URL in the service and the migration, and one that only looks right in the probe", () => {
    for (const name of ["web", "orders", "migrate"]) {
      expect(environmentOf(platform, name)).toContainEqual(queueUrl);
    }
    for (const name of ["web", "orders"]) {
      const probe = images
        .resources("docker_container")
        .find((block) => block["name"] === `platform-${name}-probe-use1-dev`);
      expect(probe?.["env"]).toContain(
        "EXPORTS_QUEUE_URL=https://sqs.us-east-1.amazonaws.com/000000000000/platform-exports-queue-dev",
      );
    }
  });

  test("starts once the queue, its policies and the role's policy exist", () => {
    for (const block of platform.resources("aws_ecs_service")) {
      const before = (plain(block["depends_on"]) as string[]).join("\n");
      expect(before).toContain("aws_sqs_queue_policy.queues_exports_policy");
      expect(before).toContain("aws_sqs_queue_policy.queues_exports_dead-letters-policy");
      expect(before).toContain("aws_sqs_queue_redrive_allow_policy.queues_exports_redrive-allow");
      expect(before).toMatch(/aws_iam_role_policy\.services_\w+_task_roles_task-policy/);
    }
  });
});
