import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { fixture } from "../support/services";
import { type SynthesizedStack, type Synthesis, synthesize } from "../support/synth";

/**
 * The settings that name an object on AWS, on the build host or in a state, by their last word; the metrics'
 * names are AWS's.
 */
const NAMING =
  /^(name|(?!metric_).*_name|family|.*identifier|path|key|.*_prefix|log_group|bucket)$/;

/** Names that are looked up inside something whose own name contains the environment. */
const INNER = new Set([
  "start-task",
  "rds.force_ssl",
  "containerInsights",
  "web",
  "orders",
  "order-archive",
  "ready",
  "database-setup",
  "health",
  // A database in a cluster, and a health check of each environment's own tasks.
  "platform",
  "/health",
  // AWS's own names.
  "aurora-postgresql17",
  "state",
  "opt-in-status",
  "com.amazonaws.us-east-1.s3",
  "admin_only",
]);

/** Words that are the same in both, although they contain the project's name. */
const SHARED = new Set([
  // The value of the tag Project, of the database and of its master user.
  "platform",
  // A label whose value is the environment.
  "fargate-platform",
  "fargate-platform.probe",
]);

/** The checkout, whose folder may have any name, also the project's. */
const CHECKOUT = resolve(import.meta.dirname, "../..");

/** Also covers the variables of a container. */
const isInner = (name: string) => INNER.has(name) || /^[A-Z_]+$/.test(name);

describe.each([
  ["two environments", "blue", "green"],
  ["an environment and a preview", "dev", "pr-login-0"],
  ["two previews with the longest suffixes", "pr-log-3n0f6", "pr-log-9oglg"],
])("%s side by side", (_, one, other) => {
  const [a, b] = [one, other].map((suffix) => synthesize(fixture, { PLATFORM_SUFFIX: suffix }));
  if (!a || !b) throw new Error("not synthesized");

  test.each<keyof Synthesis>(["registry", "images", "platform"])("share no name in %s", (stack) => {
    const names = namesIn(a[stack]);
    expect(names.size).toBeGreaterThan(stack === "platform" ? 30 : 4);
    expect([...names].filter((name) => namesIn(b[stack]).has(name))).toEqual([]);
  });

  test.each<keyof Synthesis>(["registry", "images", "platform"])(
    "use the project's name in %s only with their own suffix after it",
    (stack) => {
      const mentions = mentionsIn(a[stack]);
      expect(mentions.length).toBeGreaterThan(4);
      expect(mentions.filter((mention) => !new RegExp(`[-/]${one}\\b`).test(mention))).toEqual([]);
    },
  );

  test("keep their states separate", () => {
    const states = [a, b].flatMap(({ registry, images, platform }) =>
      [registry, images, platform].map(({ json }) =>
        JSON.stringify(json["terraform"]?.["backend"]),
      ),
    );
    expect(new Set(states).size).toBe(6);
  });
});

/** The literal names of the objects that Terraform creates, reads, and stores its state in. */
function namesIn({ json }: SynthesizedStack): Set<string> {
  const { resource, data, ephemeral, terraform } = json;
  const named = leaves({ resource, data, ephemeral, backend: terraform?.["backend"] });
  return new Set(
    named
      .filter(([key, value]) => NAMING.test(key) && !value.startsWith("${") && !isInner(value))
      .map(([, value]) => value),
  );
}

/** Every word that contains the project's name, except in references and sentences. */
function mentionsIn({ json }: SynthesizedStack): string[] {
  return (
    leaves(json)
      .filter(([key]) => !["description", "error_message", "//"].includes(key))
      .flatMap(
        ([, value]) =>
          value
            .replace(/\$\{[^}]*\}/g, "")
            .replaceAll(CHECKOUT, "")
            .match(/[\w./*-]*platform[\w./*-]*/g) ?? [],
      )
      // Each builds its images from the same sources, and all previews have the same secrets.
      .filter(
        (word) =>
          !SHARED.has(word) &&
          !/stacks\/platform\/(ready|database-setup)$|^parameter\/platform-preview\//.test(word),
      )
  );
}

/** Each string with its key; for a string of JSON, the strings inside it. */
function leaves(value: unknown, key = ""): [string, string][] {
  if (typeof value === "string") {
    return value.startsWith("[") || value.startsWith("{")
      ? leaves(JSON.parse(value), key)
      : [[key, value]];
  }
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each) => leaves(each, key));
  return Object.entries(value)
    .filter(([name]) => name !== "//")
    .flatMap(([name, each]) => leaves(each, name));
}
