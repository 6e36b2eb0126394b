import { type Check, resultOf } from "./check";

/**
 * A first deployment takes about 20 minutes, mostly for Aurora; a rollback adds ten. Credentials that
 * expire earlier leave resources missing from the state.
 */
const MINUTES_NEEDED = 30;

/** Sources of fixed credentials; Terraform renews credentials from any other source. */
const FIXED = ["CREDENTIALS_ENV_VARS", "CREDENTIALS_CODE"];

/** Checks that the credentials outlast a deployment. */
export const session: Check = {
  title: "Session",
  run: async ({ clients }) => {
    const identity = await clients.sts.config.credentials();
    if (!identity.expiration) return { found: "the credentials do not expire" };
    const left = identity.expiration.getTime() - Date.now();
    const minutes = Math.max(0, Math.floor(left / 60_000));
    const source = "$source" in identity ? Object.keys(identity.$source ?? {}) : [];
    if (!source.some((name) => FIXED.includes(name))) {
      return { found: `${minutes} min, then renewed automatically` };
    }
    const problem = {
      problem: `the AWS credentials expire in ${minutes} min, but a deployment can take ${MINUTES_NEEDED}`,
      fix: "log in again and export the new credentials",
    };
    return resultOf(`${minutes} min`, minutes < MINUTES_NEEDED ? [problem] : []);
  },
};
