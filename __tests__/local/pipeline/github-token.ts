import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { PORT } from "../e2e/support/checkout";

/** The account of the local AWS. */
export const ACCOUNT = "000000000000";

/**
 * The credentials of a role, for a job of acme/platform whose token has this `sub`.
 *
 * @param ref the branch that the deploying workflow runs on
 */
export async function assume(
  role: string,
  subject: string,
  ref = "refs/heads/main",
): Promise<Record<string, string>> {
  const sts = new STSClient({
    endpoint: `http://127.0.0.1:${PORT}`,
    region: "us-east-1",
    credentials: { accessKeyId: "anybody", secretAccessKey: "anybody" },
  });
  const { Credentials } = await sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/setup/${role}`,
      RoleSessionName: "e2e",
      WebIdentityToken: token(subject, ref),
      DurationSeconds: 7200,
    }),
  );
  return {
    ROLE_KEY: Credentials?.AccessKeyId ?? "",
    ROLE_SECRET: Credentials?.SecretAccessKey ?? "",
    ROLE_TOKEN: Credentials?.SessionToken ?? "",
  };
}

/** Like GitHub's token, except for the signature, which the local AWS does not check. */
export function token(subject: string, ref = "refs/heads/main"): string {
  const now = Math.floor(Date.now() / 1000);
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const claims = {
    iss: "https://token.actions.githubusercontent.com",
    aud: "sts.amazonaws.com",
    sub: subject,
    ref,
    job_workflow_ref: `acme/platform/.github/workflows/deploy.yml@${ref}`,
    iat: now,
    exp: now + 3600,
  };
  return [encode({ alg: "RS256", typ: "JWT" }), encode(claims), "c2ln"].join(".");
}
