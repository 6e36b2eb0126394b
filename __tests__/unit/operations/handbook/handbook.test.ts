import { describe, expect, test } from "vitest";
import { services as catalogue } from "../../../../services";
import { RUNBOOKS, describeAlarm, runbookOf } from "../../../../spec/alarms/runbook";
import type { Services } from "../../../../spec/service/spec";
import { REACHED, handbookWith, markdownWith, pageWith, shop } from "../../../support/handbook";
import { nowWords } from "../../../../operations/handbook/service-facts";
import type { StatusEntry } from "../../../../operations/status/entry";
import { synthesize } from "../../../support/synth";

const size = { cpu: 512, memory: 1024 } as const;
const health = "/health";
describe("the alarms", () => {
  test("of the stacks are all there, each with the first steps that its message has", () => {
    const alarms = synthesize(shop).platform.resources("aws_cloudwatch_metric_alarm");
    const handbook = handbookWith({ services: shop });
    const listed = new Map(handbook.alarms.map((each) => [each.alarm, each]));
    expect([...listed.keys()].sort()).toEqual(
      [...alarms.map(({ alarm_name }) => alarm_name), "platform-failed-deployments-dev"].sort(),
    );
    for (const { alarm_name, alarm_description } of alarms) {
      const { meaning = "", firstSteps = [], owner } = listed.get(String(alarm_name)) ?? {};
      const steps = firstSteps.map((step, index) => `${index + 1}. ${step}`);
      const asked = owner === undefined ? [] : [`Ask: ${owner}.`];
      expect([meaning, ...asked, "First:", ...steps].join(" ")).toBe(alarm_description);
    }
  });

  test("are under the service that they are about: those of a queue under its receiver", () => {
    const subjects = Object.fromEntries(
      handbookWith({ services: shop }).alarms.map(({ alarm, subject }) => [alarm, subject]),
    );
    expect(subjects).toMatchObject({
      "platform-web-errors-dev": "web",
      "platform-exports-dead-letters-dev": "exports",
      "platform-nightly-failed-runs-dev": "nightly",
      "platform-database-capacity-dev": "the environment",
      "platform-load-balancer-own-errors-dev": "the environment",
    });
  });

  test("say exactly when they begin, with the numbers of the stacks", () => {
    const text = markdownWith({ services: shop });
    expect(text).toContain(
      String.raw`IF(requests &gt;= 20, 100 \* FILL(errors, 0) / requests, 0) is above 5, in 3 of 5 minutes`,
    );
    expect(text).toContain("FILL(failed, 0) + FILL(timedOut, 0) is at least 1, in one day");
    expect(text).toContain("in each of 30 minutes in a row");
  });

  test("name who hears of them, but of a webhook only its host: its path may be a key", () => {
    const alarms = {
      emails: ["on-call@example.com"],
      webhooks: ["https://alarms.example.com/integration/0123456789/enqueue"],
    };
    const text = markdownWith({ settings: { alarms } });
    expect(text).toContain("on-call@example.com, a webhook at alarms.example.com");
    expect(text).not.toContain("0123456789/enqueue");
  });

  test("are said to be none where there are none", () => {
    const text = markdownWith({ settings: { alarms: false } });
    expect(text).toContain("This environment has no alarms.");
    expect(text).not.toContain("dashboards/dashboard");
  });
});

test("a runbook is filled in as a list, of which the description is made", () => {
  const values = { environment: "dev", subject: "web", resource: "r", owner: "A", threshold: 5 };
  const { meaning, firstSteps } = runbookOf("errors", values);
  expect(firstSteps).toHaveLength(RUNBOOKS.errors.firstSteps.length);
  expect(describeAlarm("errors", values)).toBe(
    `${meaning} Ask: A. First: ${firstSteps.map((step, index) => `${index + 1}. ${step}`).join(" ")}`,
  );
});

describe("a service", () => {
  const { services } = handbookWith({ services: shop });
  const named = (name: string) => services.find((service) => service.name === name);

  test("has its place between the others, from the catalogue", () => {
    expect(named("orders")).toMatchObject({
      kind: "service",
      calledBy: ["web"],
      sends: ["exports"],
      database: "orders",
      privateUrl: "http://orders.platform-dev.internal:9000",
      publicUrl: undefined,
      secrets: ["STRIPE_KEY"],
      logGroups: ["/ecs/platform-dev/orders"],
    });
    expect(named("web")).toMatchObject({ owner: "shop team", calls: ["orders"], publicUrl: "/" });
    expect(named("exports")).toMatchObject({ kind: "worker", receives: ["exports"] });
  });

  test("has its size and its scaling from the stacks, with the times of its schedule", () => {
    expect(named("orders")).toMatchObject({
      size: "0.5 vCPU and 1 GB",
      scaling: {
        from: 2,
        to: 20,
        by: ["CPU above 70 %", "memory above 80 %"],
        times: [
          { schedule: "cron(0 8 ? * MON-FRI *)", timeZone: "Europe/Berlin", min: 4, max: 20 },
        ],
      },
    });
    expect(named("exports")?.scaling).toMatchObject({
      from: 0,
      to: 4,
      by: ["more than 20 messages for each task"],
    });
  });

  test("that is a job has its schedule, and no scaling", () => {
    expect(named("nightly")).toMatchObject({
      kind: "job",
      scaling: undefined,
      runs: { schedule: "cron(0 3 * * ? *)", timeZone: "UTC", limitMinutes: 60, retries: 0 },
    });
  });
});

test("a queue has its senders, its receiver and its dead letters; a bucket its users", () => {
  const { queues, buckets, database } = handbookWith({ services: shop });
  expect(queues).toMatchObject([
    {
      queue: "platform-exports-queue-dev",
      deadLetters: "platform-exports-dead-letters-dev",
      senders: ["orders"],
      receiver: "exports",
      workSeconds: 300,
      attempts: 3,
    },
  ]);
  expect(buckets).toMatchObject([
    {
      bucket: "platform-statements-ACCOUNT-use1-dev",
      users: ["exports", "nightly"],
      versioned: true,
    },
  ]);
  expect(database).toMatchObject({ cluster: "platform-dev", maxCapacity: 4, backupDays: 7 });
});

test("the commands are filled in: rollback and restart of each service, a restore, a redrive", () => {
  const text = markdownWith({ services: shop });
  for (const command of [
    "npx platform rollback dev web",
    "npx platform restart dev exports",
    "npx platform run dev nightly",
    "npx platform restore dev --to latest",
    "npx platform logs dev orders --since 1h --grep 'ERROR|CRITICAL|FATAL'",
    "letters=$(aws sqs get-queue-url --queue-name platform-exports-dead-letters-dev --query QueueUrl --output text)",
  ]) {
    expect(text).toContain(command);
  }
  expect(text).not.toContain("rollback dev nightly");
});

test("a shell in a task is there only where the environment lets people have one", () => {
  const command = "npx platform exec dev web";
  expect(markdownWith({ services: shop })).not.toContain(command);
  const text = markdownWith({ services: shop, settings: { exec: true } });
  expect(text).toContain(command);
  expect(text).not.toContain("exec dev nightly");
});

test("the shell is pointed to the environment: its region, and where its states are", () => {
  const variables = {
    PLATFORM_BACKEND: "s3",
    PLATFORM_STATE_BUCKET: "acme-states",
    PLATFORM_REGION: "eu-west-1",
  };
  expect(handbookWith({ variables }).shell).toEqual([
    "export PLATFORM_NAME=platform",
    "export PLATFORM_REGION=eu-west-1",
    "export PLATFORM_BACKEND=s3",
    "export PLATFORM_STATE_BUCKET=acme-states",
    "export PLATFORM_STATE_REGION=eu-west-1",
  ]);
});

describe("without AWS", () => {
  test("the page says that it is made of the stacks alone, and why", async () => {
    const words = "from the stacks alone, because AWS was not reachable: ECONNREFUSED";
    expect(markdownWith()).toContain(words);
    expect(await pageWith()).toContain(words);
  });

  test("a domain is known all the same, and any other address is a command", () => {
    const domain = { name: "dev.example.com", hostedZone: "example.com" };
    expect(markdownWith({ settings: { domain } })).toContain(
      "[https://dev.example.com/v1/transactions](<https://dev.example.com/v1/transactions>)",
    );
    expect(markdownWith()).toContain("known once it is deployed: `npx platform open dev`");
  });
});

describe("with AWS", () => {
  test("the page has what runs: tasks, revision, version, address and account", () => {
    const text = markdownWith({ services: shop, running: REACHED });
    expect(text).toContain("from the synthesized stacks and from what runs.");
    expect(text).toContain(
      "2/2 (2–10) tasks; steady since 2026-12-01T01:00:00Z; platform-web-dev:4; runs 0123456789ab; 2 of 2 healthy",
    );
    expect(text).toContain("[http://lb.example.com/](<http://lb.example.com/>)");
    expect(text).toContain("platform-statements-123456789012-use1-dev");
  });

  test("a worker that was never deployed has neither a revision nor targets", () => {
    const worker: StatusEntry = {
      name: "exports",
      kind: "worker",
      deployed: true,
      well: false,
      queues: [],
      tasks: { running: 0, desired: 1, unhealthy: 0, range: { min: 1, max: 4 } },
      deployment: { state: "steady", since: undefined, reason: undefined },
      revision: undefined,
      versions: [],
      targets: undefined,
    };
    expect(nowWords(worker)).toBe("0/1 (1–4) tasks; steady; runs nothing");
  });

  test("what AWS refuses to tell is a note, and the rest is there", () => {
    const gaps = ["AccessDenied: not authorized to perform: ecs:DescribeServices"];
    const text = markdownWith({ services: shop, running: { ...REACHED, gaps } });
    expect(text).toContain("**Note:** AWS did not tell everything: AccessDenied");
  });
});

test("on the local AWS there are its addresses, and no pages of a console", () => {
  const variables = { PLATFORM_REGISTRY: "http://127.0.0.1:4566" };
  const text = markdownWith({ variables });
  expect(text).toContain("http://127.0.0.1:4566/_alb/platform-dev/v1/transactions");
  expect(text).toContain('eval "$(npx platform env)"');
  expect(text).not.toContain("console.aws.amazon.com");
});

test("GovCloud has its own console", () => {
  const services: Services = { web: { port: 8080, health, size, path: "/" } };
  const text = markdownWith({ services, variables: { PLATFORM_REGION: "us-gov-west-1" } });
  expect(text).toContain("https://us-gov-west-1.console.amazonaws-us-gov.com/ecs/v2/clusters");
  expect(text).not.toContain("console.aws.amazon.com");
});

test("nothing secret is in it: no value of a variable, no login, no certificate", async () => {
  const value = "a-value-that-only-the-task-sees";
  const services: Services = {
    ...shop,
    web: { ...shop["web"], environment: { SETTING: value } } as Services[string],
  };
  for (const text of [markdownWith({ services }), await pageWith({ services })]) {
    expect(text).toContain("STRIPE_KEY");
    expect(text).not.toContain(value);
    expect(text).not.toMatch(/BEGIN CERTIFICATE|random_password|\$\{/);
  }
});

test("the same inputs give the same files, but for the line with the time", async () => {
  const later = new Date("2026-12-01T04:00:00Z");
  const lines = (text: string) => text.split("\n");
  const differing = (one: string, other: string) =>
    lines(one).filter((line, index) => line !== lines(other)[index]);
  expect(markdownWith()).toBe(markdownWith());
  const [changed, ...rest] = differing(markdownWith(), markdownWith({ now: later }));
  expect(changed).toMatch(/^Written at 2026-12-01T03:00:00Z/);
  expect(rest).toEqual([]);
  expect(differing(await pageWith(), await pageWith({ now: later }))).toHaveLength(1);
});

test("the environment's cost is there by service, and for what all share", () => {
  const text = markdownWith();
  expect(text).toMatch(/\| flask-api \| tasks of 0\.25 vCPU and 0\.5 GB \| [\d.]+ \| [\d.]+ \|/);
  expect(text).toMatch(/\| shared by all \| .*NAT gateways/);
  expect(Object.keys(catalogue).filter((name) => !text.includes(`| ${name} | tasks`))).toEqual([
    "daily-totals",
  ]);
});

test("without prices of its region the page says how to get them", () => {
  expect(markdownWith({ prices: undefined })).toContain(
    "The prices of us-east-1 are not known. This reads AWS's price list: `npx tsx tools/prices/refresh.ts us-east-1`",
  );
});

test("no block of commands that somebody copies at once changes more than one thing", () => {
  const blocks = [...markdownWith({ services: shop }).matchAll(/```sh\n([^]*?)\n```/g)];
  const changing =
    / (rollback|restart|deploy|run|restore \S+ --(to|discard)|start-message-move-task|purge-queue)\b/g;
  expect(blocks.length).toBeGreaterThan(10);
  for (const [, lines = ""] of blocks) {
    const changes = [...lines.matchAll(changing)].length;
    expect([lines, changes <= 1]).toEqual([lines, true]);
    // What changes something is not copied along with what only looks.
    if (changes === 1) expect(lines).not.toMatch(/diagnose|logs|doctor|--list|receive-message/);
  }
});
