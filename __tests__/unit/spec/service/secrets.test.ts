import { describe, expect, test } from "vitest";
import { readConfig } from "../../../../project";
import { secretFolder, secretParameterName } from "../../../../spec/names";
import { catalogueProblems, deploymentProblems } from "../../../../spec/service/problems";
import { quotaProblems } from "../../../../spec/service/quota-problems";
import {
  type ServiceSecrets,
  secretSources,
  secretStandIns,
} from "../../../../spec/service/secrets";
import { type Services, defineServices } from "../../../../spec/service/spec";
import { environmentProblems, environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";

const PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/acme/license";
const SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme/stripe-AbCdEf";
const problems = (secrets: unknown, more: object = {}) =>
  catalogueProblems({ web: { ...fixture["order-archive"], secrets, ...more } }).map((problem) =>
    problem.replace("services: web.secrets ", ""),
  );

test.each<ServiceSecrets>([
  [],
  ["STRIPE_KEY"],
  ["STRIPE_KEY", "_x1"],
  { STRIPE_KEY: true },
  { STRIPE_KEY: true, LICENSE: PARAMETER, KEY: SECRET, USER: `${SECRET}:user::` },
])("%j is right", (secrets) => {
  expect(problems(secrets)).toEqual([]);
});

test("a service without the word has no secrets", () => {
  const { config } = readConfig({});
  expect(secretSources("web", {}, config)).toEqual([]);
  expect(secretStandIns({})).toEqual({});
});

test.each<unknown>([
  "STRIPE_KEY",
  "sk_live_1",
  true,
  ["STRIPE_KEY", { LICENSE: PARAMETER }],
  [["STRIPE_KEY"]],
  { STRIPE_KEY: "sk_live_1" },
  { STRIPE_KEY: false },
  { STRIPE_KEY: undefined },
  { STRIPE_KEY: { arn: PARAMETER } },
])("%j in place of secrets is refused, and never shown: it may be the secret", (secrets) => {
  const [found = "", ...others] = problems(secrets);
  expect(found).toMatch(/^must be names, or true or an ARN by each name: \["STRIPE_KEY"\], or \{/);
  expect(found).toContain("npx platform secret set");
  expect(found).not.toContain("sk_live");
  expect(others).toEqual([]);
});

describe("the name of a secret", () => {
  test.each(["1KEY", "STRIPE-KEY", "sk_live.1", "", "__proto__", "K".repeat(256)])(
    "%j is no variable's",
    (name) => {
      const [found] = problems([name]);
      expect(found).toBe(
        "has a name that cannot be a variable's; a name must be 1 to 255 letters, digits and _, but not __proto__, and not start with a digit",
      );
    },
  );

  test.each(["PORT", "SERVICE_NAME", "DRAIN_SECONDS", "DATABASE_URL", "AWS_KEY", "ECS_X"])(
    "%s is the platform's own",
    (name) => {
      expect(problems({ [name]: true })).toEqual([
        expect.stringMatching(new RegExp(`^names ${name}; PORT, .* reserved for the platform$`)),
      ]);
    },
  );

  test("is said once", () => {
    expect(problems(["KEY", "OTHER", "KEY"])).toEqual(["names KEY twice"]);
  });

  test("is not that of a variable with another source, and both are named", () => {
    const more = { environment: { KEY: "1" } };
    expect(problems(["KEY"], more)).toEqual([
      'services: web.environment sets KEY, but so does secrets: ["KEY"], with a secret; remove one of them',
    ]);
    const ofEnvironment = { services: { web: { environment: { KEY: "1" } } } };
    const catalogue = { ...fixture, web: { ...fixture.web, secrets: ["KEY"] } };
    expect(environmentProblems(ofEnvironment, catalogue)).toEqual([
      expect.stringContaining('services.web.environment sets KEY, but so does secrets: ["KEY"]'),
    ]);
    const called = catalogueProblems({
      web: { ...fixture.web, secrets: ["ORDERS_URL"] },
      orders: fixture.orders,
    });
    expect(called).toEqual([
      'services: web.calls: ["orders"] sets ORDERS_URL, but so does secrets: ["ORDERS_URL"], with a secret; rename one of them',
    ]);
  });
});

test("an ARN with a mistake is shown with what is wrong with it, together with all others", () => {
  expect(problems({ A: "arn:aws:ssm:us-east-1:1:parameter/x", B: "arn:aws:s3:::bucket" })).toEqual([
    expect.stringMatching(/^gives A the ARN "arn:aws:ssm:us-east-1:1:.*; its account is "1"/),
    expect.stringMatching(/^gives B the ARN "arn:aws:s3:::bucket"; it must be arn:aws:ssm:/),
  ]);
});

test("an ARN that is none does not compile", () => {
  const { port, health, size } = fixture["order-archive"];
  const spec = { port, health, size };
  defineServices({
    // @ts-expect-error: a secret itself must not be written
    web: { ...spec, secrets: { KEY: "sk_live_1" } },
    // @ts-expect-error: a list has names only
    shop: { ...spec, secrets: [{ KEY: true }] },
  });
  expect(defineServices({ web: { ...spec, secrets: { KEY: SECRET } } })).toBeDefined();
});

describe("in an environment", () => {
  const services: Services = {
    web: { ...fixture["order-archive"], secrets: { OWN: true, LICENSE: PARAMETER } },
  };
  const sources = (env: Record<string, string>, settings = {}) => {
    const { config } = readConfig(env, environmentsWith(settings));
    return secretSources("web", { secrets: { OWN: true, LICENSE: PARAMETER } }, config);
  };

  test("a secret is the environment's parameter, or what its ARN says", () => {
    expect(sources({})).toEqual([
      { name: "OWN", parameter: "/platform-dev/web/OWN" },
      { name: "LICENSE", arn: PARAMETER },
    ]);
  });

  test("all previews share the parameters of preview", () => {
    expect(sources({ PLATFORM_SUFFIX: "pr-7" })[0]).toEqual({
      name: "OWN",
      parameter: "/platform-preview/web/OWN",
    });
    expect(secretFolder({ name: "platform", suffix: "pr-*" })).toBe("/platform-preview");
  });

  test("the local AWS keeps every secret itself: it has none of other accounts", () => {
    const local = sources({ PLATFORM_REGISTRY: "http://127.0.0.1:4566", PLATFORM_SUFFIX: "local" });
    expect(local.map((each) => "parameter" in each && each.parameter)).toEqual([
      "/platform-local/web/OWN",
      "/platform-local/web/LICENSE",
    ]);
  });

  const inEnvironment = (env: Record<string, string>) =>
    deploymentProblems(services, { ...readConfig(env, environmentsWith({}), services), services });

  test("an ARN of another partition is refused, where no task could read it", () => {
    expect(inEnvironment({ PLATFORM_REGION: "us-gov-west-1" })).toEqual([
      "services: web.secrets gives LICENSE an ARN of the partition aws, but us-gov-west-1 is in aws-us-gov, whose tasks cannot read it",
    ]);
    expect(inEnvironment({ PLATFORM_REGION: "eu-west-1" })).toEqual([]);
  });

  test.each(["awsome", "ssm1"])("a platform named %s cannot have parameters", (name) => {
    expect(inEnvironment({ PLATFORM_NAME: name })).toEqual([
      `services: secrets would be parameters below /${name}-dev, but AWS reserves names that start with aws or ssm; set PLATFORM_NAME to another name`,
    ]);
  });
});

describe("the quotas", () => {
  const many = (count: number, length: number, more: object = {}): Services => ({
    web: {
      ...fixture["order-archive"],
      scaling: { min: 1, max: 1 },
      secrets: [...Array(count).keys()].map((at) => `S${at}_`.padEnd(length, "X")),
      ...more,
    },
  });

  const elsewhere = (count: number): Services => {
    const arn = (at: number) =>
      `arn:aws:secretsmanager:us-east-1:123456789012:secret:acme/${String(at).padEnd(50, "x")}-AbCdEf`;
    const names = [...Array(count).keys()];
    return many(0, 0, { secrets: Object.fromEntries(names.map((at) => [`S${at}`, arn(at)])) });
  };

  test("of the execution role's policy bounds the secrets that exist elsewhere, each of which it names", () => {
    expect(quotaProblems(many(200, 24), {})).toEqual([]);
    expect(quotaProblems(elsewhere(60), {})).toEqual([]);
    expect(quotaProblems(elsewhere(70), {})).toEqual([
      expect.stringMatching(
        /characters of the policy of web's execution role come from the ARNs of its secrets; IAM allows 10240 in all, and these may take 8000/,
      ),
    ]);
  });

  test("of a task definition counts the secrets, and those of a migration again", () => {
    const environment = { TEXT: "x".repeat(23_000) };
    const migrate = ["m"];
    expect(quotaProblems(many(2, 20, { environment, migrate }), {})).toEqual([]);
    expect(quotaProblems(many(20, 20, { environment, migrate }), {})).toEqual([
      expect.stringContaining("bytes of web's task definition come from its environment"),
    ]);
  });
});

test("the longest name of a parameter is within AWS's limit, with its ARN", () => {
  const longest = { name: "n".repeat(16), suffix: "s".repeat(12) };
  const name = secretParameterName(longest, "s".repeat(24), "K".repeat(255));
  const arn = `arn:aws-us-gov:ssm:ap-northeast-1:123456789012:parameter${name}`;
  expect(arn.length).toBeLessThan(1011);
});
