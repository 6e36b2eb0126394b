import { randomInt } from "node:crypto";
import {
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Config } from "../../spec/config";
import { hasName, isDenied, wordsOf } from "../target/aws-error";
import { Refusal } from "../terminal/refusal";
import { Failure } from "../terminal/run";
import { type IdentityClients, type UserPool, findUserPools } from "./user-pool";

/** A token that a user's programs send to the services, as `Authorization: Bearer TOKEN`. */
export interface AccessToken {
  readonly token: string;
  /** Its life from now on. */
  readonly seconds: number;
}

/** The IAM actions that the caller needs on the user pool, and `tag:GetResources` to find it. */
export const TOKEN_ACTIONS = [
  "cognito-idp:AdminCreateUser",
  "cognito-idp:AdminInitiateAuth",
  "cognito-idp:AdminSetUserPassword",
  "cognito-idp:ListUserPoolClients",
] as const;

/** The user of a token that is for trying out, where there are no real users. */
export const TRIAL_USER = "platform-token";

/** Another run for the same user may set its password between our setting it and our using it. */
const ATTEMPTS = 3;

const PASSWORD_LENGTH = 40;

/** The kinds of characters that the pool's policy requires; none needs quoting anywhere. */
const ALPHABETS = [
  "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  "abcdefghijklmnopqrstuvwxyz",
  "0123456789",
  "-_.",
] as const;

/**
 * The user whom a token is for if none is named.
 *
 * @throws Refusal in a protected environment, which gets no user beside its real ones by accident
 */
export function trialUser({ suffix, protected: isProtected }: Config): string {
  if (!isProtected) return TRIAL_USER;
  throw new Refusal(
    `${suffix} is protected: a token for trying out would make a user beside its real ones.`,
    `npx platform token ${suffix} --user NAME`,
  );
}

/**
 * An access token of a user of the environment's own pool. Creates a missing user, and gives the user a
 * new random password, which is used once and kept nowhere.
 *
 * @throws Refusal if the environment has another provider or is not deployed, Failure if AWS denies it
 */
export async function issueToken(
  clients: IdentityClients,
  config: Config,
  user: string,
): Promise<AccessToken> {
  const { identity, suffix } = config;
  if (identity !== undefined) {
    throw new Refusal(
      `${suffix} accepts the tokens of ${identity.issuer}, which the platform cannot issue.`,
      `Get an access token for the audience "${identity.audience}" from that issuer.`,
    );
  }
  try {
    const [pool, ...others] = await findUserPools(clients, config);
    if (others.length > 0) throw severalPools(config);
    if (pool) return await tokenOf(clients.cognito, pool, user);
  } catch (error) {
    throw inWords(error, user);
  }
  throw new Refusal(
    `${suffix} has no user pool in ${config.region}: it is not deployed there.`,
    `npx platform deploy ${suffix}, or choose another region with PLATFORM_REGION`,
  );
}

function severalPools({ suffix }: Config): Failure {
  return new Failure([
    `${suffix} has several user pools; a killed run left one that its services do not accept.`,
    "→ The issuer in the output `tokens` of the stack platform ends with the right one's ID; aws cognito-idp delete-user-pool --user-pool-id ID removes another.",
  ]);
}

async function tokenOf(
  client: CognitoIdentityProviderClient,
  pool: UserPool,
  user: string,
): Promise<AccessToken> {
  await createUser(client, pool, user);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await signIn(client, pool, user);
    } catch (error) {
      if (attempt === ATTEMPTS || !isWrongPassword(error)) throw error;
    }
  }
}

async function createUser(
  client: CognitoIdentityProviderClient,
  { UserPoolId }: UserPool,
  Username: string,
): Promise<void> {
  const request = { UserPoolId, Username, MessageAction: "SUPPRESS" } as const;
  try {
    await client.send(
      new AdminCreateUserCommand({ ...request, TemporaryPassword: randomPassword() }),
    );
  } catch (error) {
    if (!hasName(error, "UsernameExistsException")) throw error;
  }
}

async function signIn(
  client: CognitoIdentityProviderClient,
  { UserPoolId, ClientId }: UserPool,
  Username: string,
): Promise<AccessToken> {
  const Password = randomPassword();
  await client.send(
    new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }),
  );
  const { AuthenticationResult, ChallengeName } = await client.send(
    new AdminInitiateAuthCommand({
      UserPoolId,
      ClientId,
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: Username, PASSWORD: Password },
    }),
  );
  const { AccessToken: token, ExpiresIn: seconds } = AuthenticationResult ?? {};
  if (token !== undefined && seconds !== undefined) return { token, seconds };
  throw new Failure([
    `Cognito asks ${Username} for ${ChallengeName ?? "more"} before it gives a token.`,
    "→ Name another user with --user.",
  ]);
}

function isWrongPassword(error: unknown): boolean {
  return hasName(error, "NotAuthorizedException") && !/disabled/i.test(wordsOf(error));
}

/** Random characters with at least one of each kind. */
function randomPassword(): string {
  const pick = (letters: string) => letters.charAt(randomInt(letters.length));
  const all = ALPHABETS.join("");
  const rest = Array.from({ length: PASSWORD_LENGTH - ALPHABETS.length }, () => pick(all));
  return [...ALPHABETS.map(pick), ...rest].join("");
}

function inWords(error: unknown, user: string): unknown {
  if (error instanceof Failure) return error;
  if (isDenied(error)) {
    return new Failure([
      `AWS denies the request: ${wordsOf(error)}`,
      `→ The caller needs tag:GetResources, and on the user pool ${TOKEN_ACTIONS.join(", ")}.`,
    ]);
  }
  return new Failure([
    `No token for ${user}: ${wordsOf(error)}`,
    "→ `npx platform doctor` checks the credentials and the region.",
  ]);
}
