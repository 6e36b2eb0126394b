import { CognitoUserPool } from "@cdktf/provider-aws/lib/cognito-user-pool";
import { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import { IDENTITY_VARIABLES, type Identity } from "../../spec/environment/identity";
import { resourceName } from "../../spec/names";
import { asWritten } from "../options/as-written";

/**
 * How long an access token is valid. Services check tokens without asking Cognito, so a revoked token
 * still works until then. AWS allows 5 minutes to a day.
 */
const ACCESS_TOKEN_MINUTES = 15;

/** AWS allows an hour to ten years. */
const REFRESH_TOKEN_MINUTES = 60;

/** An identity provider, and the address of its keys if services need not ask it for that. */
interface TokenSource extends Identity {
  readonly keysUrl?: string;
}

/**
 * The provider whose tokens the services accept: the environment's own, or a Cognito user pool whose users
 * only an administrator creates. Nobody signs up or signs in there by himself: the pool has no pages, and
 * its client gives tokens only to those whom IAM allows to ask for them, as `npx platform token` does.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
 */
export class IdentityProvider extends Construct {
  /** The `iss` of the tokens. */
  readonly issuer: string;
  /** Their `aud`; of a user pool, the `client_id` of its access tokens. */
  readonly audience: string;
  /** The services' variables. */
  readonly variables: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const { issuer, audience, keysUrl }: TokenSource = config.identity
      ? asWritten(config.identity)
      : this.userPool(config);
    this.issuer = issuer;
    this.audience = audience;
    this.variables = {
      [IDENTITY_VARIABLES.issuer]: issuer,
      [IDENTITY_VARIABLES.audience]: audience,
      ...(keysUrl !== undefined && { [IDENTITY_VARIABLES.keysUrl]: keysUrl }),
    };
  }

  private userPool(config: Config): TokenSource {
    const pool = this.pool(config);
    const issuer = `https://${pool.endpoint}`;
    const keysOf = config.cognito === undefined ? issuer : `${config.cognito}/${pool.id}`;
    return {
      issuer,
      audience: this.client(config, pool).id,
      keysUrl: `${keysOf}/.well-known/jwks.json`,
    };
  }

  private pool(config: Config): CognitoUserPool {
    return new CognitoUserPool(this, "user-pool", {
      name: resourceName(config),
      // AWS's default for a new account; an older one would get another.
      userPoolTier: "ESSENTIALS",
      adminCreateUserConfig: { allowAdminCreateUserOnly: true },
      // Addresses are not verified here, so none can prove whose account it is.
      accountRecoverySetting: { recoveryMechanism: [{ name: "admin_only", priority: 1 }] },
      usernameConfiguration: { caseSensitive: false },
      passwordPolicy: {
        minimumLength: 16,
        requireLowercase: true,
        requireUppercase: true,
        requireNumbers: true,
        requireSymbols: true,
        temporaryPasswordValidityDays: 1,
      },
      // Only callers with IAM permissions get a token, and IAM can require MFA of them.
      mfaConfiguration: "OFF",
      // Accounts belong to its users, who would be others in a new pool.
      deletionProtection: config.protected ? "ACTIVE" : "INACTIVE",
      lifecycle: { preventDestroy: config.protected },
    });
  }

  private client(config: Config, pool: CognitoUserPool): CognitoUserPoolClient {
    return new CognitoUserPoolClient(this, "client", {
      name: resourceName(config),
      userPoolId: pool.id,
      generateSecret: false,
      // No flow by which a browser or a stranger could try passwords.
      explicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      accessTokenValidity: ACCESS_TOKEN_MINUTES,
      idTokenValidity: ACCESS_TOKEN_MINUTES,
      refreshTokenValidity: REFRESH_TOKEN_MINUTES,
      tokenValidityUnits: [{ accessToken: "minutes", idToken: "minutes", refreshToken: "minutes" }],
      enableTokenRevocation: true,
      preventUserExistenceErrors: "ENABLED",
    });
  }
}
