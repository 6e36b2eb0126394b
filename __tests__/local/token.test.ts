import { type JsonWebKey, createPublicKey, verify } from "node:crypto";
import path from "node:path";
import {
  AdminDisableUserCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  ListUsersCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { issueToken } from "../../operations/identity/token";
import { createIdentityClients } from "../../operations/identity/user-pool";
import { PROJECT_FOLDER, readConfig } from "../../project";
import { type Emulator, startEmulator } from "../support/emulator";
import { environmentsWith } from "../support/environments";
import { hasTools } from "../support/tools";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const present = hasTools("tokens", "python");

const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const { config } = readConfig({ PLATFORM_SUFFIX: "dev" });

/** The claims of a token, without a look at its signature. */
function claimsOf(token: string): Record<string, unknown> {
  const [, claims = ""] = token.split(".");
  return JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
}

describe.skipIf(!present)("a token for trying out", () => {
  let emulator: Emulator;
  let clients: ReturnType<typeof createIdentityClients>;
  let poolId = "";

  /** A pool as the platform makes it for an environment. */
  async function createPool(suffix: string): Promise<string> {
    const { UserPool } = await clients.cognito.send(
      new CreateUserPoolCommand({
        PoolName: `platform-${suffix}`,
        UserPoolTags: { Project: "platform", Environment: suffix },
        Policies: {
          PasswordPolicy: {
            MinimumLength: 16,
            RequireLowercase: true,
            RequireUppercase: true,
            RequireNumbers: true,
            RequireSymbols: true,
          },
        },
      }),
    );
    const UserPoolId = UserPool?.Id ?? "";
    await clients.cognito.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: `platform-${suffix}`,
        ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        AccessTokenValidity: 15,
        TokenValidityUnits: { AccessToken: "minutes" },
        PreventUserExistenceErrors: "ENABLED",
      }),
    );
    return UserPoolId;
  }

  const platform = (...args: string[]) =>
    execa(process.execPath, [path.join("bin", "platform.mjs"), "token", ...args], {
      cwd: PROJECT_FOLDER,
      env: {
        AWS_ENDPOINT_URL: emulator.endpoint,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_REGION: "us-east-1",
      },
      reject: false,
    });

  beforeAll(async () => {
    emulator = await startEmulator(["identity.user_pools"]);
    clients = createIdentityClients({
      endpoint: emulator.endpoint,
      region: "us-east-1",
      credentials,
    });
    // Another environment's, listed first.
    await createPool("blue");
    poolId = await createPool("dev");
  });

  afterAll(async () => {
    await emulator.stop();
  });

  test("is the access token of a user of the environment's own pool, signed with its keys", async () => {
    const { token, seconds } = await issueToken(clients, config, "alice");
    expect(seconds).toBe(900);
    expect(claimsOf(token)).toMatchObject({
      iss: `https://cognito-idp.us-east-1.amazonaws.com/${poolId}`,
      token_use: "access",
      username: "alice",
    });
    const response = await fetch(`${emulator.endpoint}/${poolId}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: (JsonWebKey & { kid: string })[] };
    const [header = "", claims = "", signature = ""] = token.split(".");
    const { kid } = JSON.parse(Buffer.from(header, "base64url").toString()) as { kid: string };
    const key = keys.find((each) => each.kid === kid);
    if (!key) throw new Error(`the pool serves no key ${kid}`);
    const signed = Buffer.from(`${header}.${claims}`);
    const publicKey = createPublicKey({ key, format: "jwk" });
    expect(verify("RSA-SHA256", signed, publicKey, Buffer.from(signature, "base64url"))).toBe(true);
  });

  test("is the same user's each time, and another one's by another name", async () => {
    const [first, again, other] = [
      await issueToken(clients, config, "alice"),
      await issueToken(clients, config, "alice"),
      await issueToken(clients, config, "bob"),
    ].map(({ token }) => claimsOf(token)["sub"]);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test("several runs for one user at once all get one", async () => {
    const runs = [...Array(3).keys()].map(() => issueToken(clients, config, "carol"));
    const subjects = (await Promise.all(runs)).map(({ token }) => claimsOf(token)["sub"]);
    expect(new Set(subjects).size).toBe(1);
    const { Users = [] } = await clients.cognito.send(new ListUsersCommand({ UserPoolId: poolId }));
    expect(Users.filter(({ Username }) => Username === "carol")).toHaveLength(1);
  });

  test("is not for a user who was disabled", async () => {
    await issueToken(clients, config, "mallory");
    await clients.cognito.send(
      new AdminDisableUserCommand({ UserPoolId: poolId, Username: "mallory" }),
    );
    await expect(issueToken(clients, config, "mallory")).rejects.toThrow("User is disabled.");
  });

  test("is refused by an environment with a provider of its own, which is named", async () => {
    const identity = { issuer: "https://login.example.com", audience: "orders" };
    const foreign = readConfig({}, environmentsWith({ identity })).config;
    await expect(issueToken(clients, foreign, "alice")).rejects.toMatchObject({
      name: "Refusal",
      message:
        "dev accepts the tokens of https://login.example.com, which the platform cannot issue.",
      fix: 'Get an access token for the audience "orders" from that issuer.',
    });
  });

  test("is refused where nothing is deployed", async () => {
    const { config: prod } = readConfig({ PLATFORM_SUFFIX: "prod" });
    await expect(issueToken(clients, prod, "alice")).rejects.toMatchObject({
      name: "Refusal",
      message: "prod has no user pool in us-east-1: it is not deployed there.",
    });
  });

  test("the command prints the token alone, and says on the other stream whose it is", async () => {
    const { exitCode, stdout, stderr } = await platform("dev", "--user", "dave");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(claimsOf(stdout)).toMatchObject({ username: "dave" });
    expect(stderr).toBe("A token of dave in dev, valid for 15 minutes:");
  });

  test.each([
    [["prod"], "prod is protected"],
    [["prod", "--user", "alice"], "prod has no user pool in us-east-1"],
    [["dev", "--user", "a b"], '--user is "a b"; it must be 1 to 128 letters, digits and _.@+-'],
    [["pord"], 'the environment "pord" is not in environments.ts'],
  ])("the command with %j prints no token, and the reason", async (args, reason) => {
    const { exitCode, stdout, stderr } = await platform(...args);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(reason);
  });
});
