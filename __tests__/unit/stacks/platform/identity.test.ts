import { describe, expect, test } from "vitest";
import { fixture } from "../../../support/services";
import { type Block, containers, synthesize } from "../../../support/synth";

const own = { issuer: "https://login.example.com/tenant", audience: "orders-${api}" };

/** The variables of the identity provider in one container. */
function identityOf(container: Block | undefined): Record<string, string> {
  const variables = container?.["environment"] as { name: string; value: string }[] | undefined;
  const found = (variables ?? []).filter(({ name }) => name.startsWith("IDENTITY_"));
  return Object.fromEntries(found.map(({ name, value }) => [name, value]));
}

const serviceIn = (platform: Parameters<typeof containers>[0], service: string) =>
  containers(platform).find(({ name }) => name === service);

describe("without a provider of its own, an environment has a user pool", () => {
  const { platform } = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });
  const [pool] = platform.resources("aws_cognito_user_pool");
  const [client] = platform.resources("aws_cognito_user_pool_client");

  test("whose users only an administrator creates, with long passwords and no recovery", () => {
    expect(pool).toMatchObject({
      name: "platform-blue",
      admin_create_user_config: { allow_admin_create_user_only: true },
      account_recovery_setting: { recovery_mechanism: [{ name: "admin_only", priority: 1 }] },
      password_policy: {
        minimum_length: 16,
        require_lowercase: true,
        require_uppercase: true,
        require_numbers: true,
        require_symbols: true,
      },
    });
  });

  test("whose new users choose a password within a day, and are the same in any case of letters", () => {
    expect(pool).toMatchObject({
      password_policy: { temporary_password_validity_days: 1 },
      username_configuration: { case_sensitive: false },
      // Unset, it would depend on the age of the account.
      user_pool_tier: "ESSENTIALS",
    });
  });

  test("whose users have no second factor: it is IAM that asks for one, of those who ask for tokens", () => {
    expect(pool).toMatchObject({ mfa_configuration: "OFF" });
  });

  test("that can be destroyed with the environment, unless that is protected", () => {
    expect(pool).toMatchObject({ deletion_protection: "INACTIVE" });
    const { platform } = synthesize(fixture, {}, { protected: true, plainHttp: true });
    const [guarded] = platform.resources("aws_cognito_user_pool");
    expect(guarded).toMatchObject({
      deletion_protection: "ACTIVE",
      lifecycle: { prevent_destroy: true },
    });
  });

  test("whose only client has no secret, and no flow without IAM permissions", () => {
    expect(platform.resources("aws_cognito_user_pool_client")).toHaveLength(1);
    expect(client).toMatchObject({
      name: "platform-blue",
      generate_secret: false,
      explicit_auth_flows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      prevent_user_existence_errors: "ENABLED",
      enable_token_revocation: true,
    });
    expect(client).not.toHaveProperty("allowed_oauth_flows");
  });

  test("whose access tokens end within the hour that its refresh tokens last", () => {
    expect(client).toMatchObject({
      access_token_validity: 15,
      id_token_validity: 15,
      refresh_token_validity: 60,
      token_validity_units: [
        { access_token: "minutes", id_token: "minutes", refresh_token: "minutes" },
      ],
    });
  });

  test.each(Object.keys(fixture))("%s gets its issuer, its client and its keys", (service) => {
    const variables = identityOf(serviceIn(platform, service));
    expect(Object.keys(variables).sort()).toEqual([
      "IDENTITY_AUDIENCE",
      "IDENTITY_ISSUER",
      "IDENTITY_KEYS_URL",
    ]);
    const issuer = variables["IDENTITY_ISSUER"] ?? "";
    expect(issuer).toMatch(
      /^https:\/\/\$\{aws_cognito_user_pool\.identity_user-pool_\w+\.endpoint\}$/,
    );
    expect(variables["IDENTITY_KEYS_URL"]).toBe(`${issuer}/.well-known/jwks.json`);
    expect(variables["IDENTITY_AUDIENCE"]).toMatch(
      /^\$\{aws_cognito_user_pool_client\.identity_client_\w+\.id\}$/,
    );
  });

  test("on the local AWS, tasks get the keys at the address that they reach", () => {
    const variables = {
      PLATFORM_SUFFIX: "blue",
      PLATFORM_REGISTRY: "http://127.0.0.1:4566",
      PLATFORM_COGNITO: "http://local-aws:4566",
    };
    const local = synthesize(fixture, variables).platform;
    const { IDENTITY_ISSUER = "", IDENTITY_KEYS_URL } = identityOf(serviceIn(local, "web"));
    expect(IDENTITY_ISSUER).toMatch(/^https:\/\/\$\{aws_cognito_user_pool\.\S+\.endpoint\}$/);
    expect(IDENTITY_KEYS_URL).toMatch(
      /^http:\/\/local-aws:4566\/\$\{aws_cognito_user_pool\.\S+\.id\}\/\.well-known\/jwks\.json$/,
    );
  });
});

test("only services know the provider: no migration, database setup or other container does", () => {
  const { platform } = synthesize(
    { ...fixture, orders: { ...fixture.orders, migrate: ["/migrate"] } },
    {},
  );
  const others = containers(platform).filter(({ name }) => !(String(name) in fixture));
  expect(others.map(({ name }) => name)).toEqual(expect.arrayContaining(["migrate", "ready"]));
  expect(others.map(identityOf)).toEqual(others.map(() => ({})));
});

describe("with a provider of its own", () => {
  const { platform } = synthesize(fixture, {}, { identity: own });

  test("an environment has no user pool", () => {
    expect(platform.resources("aws_cognito_user_pool")).toEqual([]);
    expect(platform.resources("aws_cognito_user_pool_client")).toEqual([]);
  });

  test("services get it as written, and ask the issuer for the address of its keys", () => {
    expect(identityOf(serviceIn(platform, "web"))).toStrictEqual({
      IDENTITY_ISSUER: own.issuer,
      // Terraform's escape for what is not a template.
      IDENTITY_AUDIENCE: "orders-$${api}",
    });
  });

  test("people see it in the outputs", () => {
    expect(platform.json["output"]?.["tokens"]).toMatchObject({
      value: { issuer: own.issuer, audience: "orders-$${api}" },
    });
  });

  test("the local AWS still issues tokens of its own", () => {
    const variables = { PLATFORM_REGISTRY: "http://127.0.0.1:4566" };
    const local = synthesize(fixture, variables, { identity: own }).platform;
    expect(local.resources("aws_cognito_user_pool")).toHaveLength(1);
  });
});
