import { type Check, resultOf } from "./check";

/**
 * A first deployment takes about 20 minutes, most of it Aurora's; one that is rolled back takes ten
 * more. Credentials that end before leave resources that no state knows.
 */
const MINUTES_NEEDED = 30;

/** Sources that nobody asks again; from any other, Terraform gets new ones when these end. */
const FIXED = ["CREDENTIALS_ENV_VARS", "CREDENTIALS_CODE"];

/** That the credentials outlast a deployment. */
export const session: Check = {
  title: "Session",
  run: async ({ clients }) => {
    const identity = await clients.sts.config.credentials();
    if (!identity.expiration) return { found: "the credentials do not expire" };
    const left = identity.expiration.getTime() - Date.now();
    const minutes = Math.max(0, Math.floor(left / 60_000));
    const source = "$source" in identity ? Object.keys(identity.$source ?? {}) : [];
    if (!source.some((name) => FIXED.includes(name))) {
      return { found: `${minutes} min, and then they are renewed` };
    }
    const problem = {
      problem: `the AWS credentials end in ${minutes} min, and a deployment may take ${MINUTES_NEEDED}`,
      fix: "log in again, and put the new credentials into the environment",
    };
    return resultOf(`${minutes} min`, minutes < MINUTES_NEEDED ? [problem] : []);
  },
};
