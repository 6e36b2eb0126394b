import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { accountProblem } from "./account";
import {
  EXPIRED,
  NO_CREDENTIALS,
  hasName,
  isUnreadable,
  wasAnswered,
  wordsOf,
} from "../target/aws-error";
import type { Check, Problem } from "./check";
import { type Clients, homeRegion } from "./clients";

/** A region's errors for unknown keys, for example because the account has not enabled it. */
const UNKNOWN_KEY = ["InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure"];

/** Identifies the caller and checks that the region accepts the credentials. */
export const credentials: Check = {
  title: "AWS credentials",
  run: async ({ clients, config: { region }, deployedRepositories }) => {
    try {
      const { Account = "", Arn = "" } = await clients.sts.send(new GetCallerIdentityCommand({}));
      const problem = accountProblem(deployedRepositories, Account, region);
      if (problem) return { problems: [problem] };
      return { found: `account ${Account} in ${region}, as ${Arn}` };
    } catch (error) {
      return { problems: [await explain(error, clients, region)] };
    }
  },
};

async function explain(error: unknown, clients: Clients, region: string): Promise<Problem> {
  const words = wordsOf(error);
  if (hasName(error, ...EXPIRED) || (hasName(error, ...NO_CREDENTIALS) && /expired/i.test(words))) {
    return {
      problem: `the AWS credentials have expired (${words})`,
      fix: "log in again (`aws sso login`), or export new keys",
    };
  }
  if (hasName(error, ...NO_CREDENTIALS)) {
    return {
      problem: `there are no AWS credentials (${words})`,
      fix: 'export AWS_PROFILE=…, `aws configure`, or eval "$(npx platform env)" for the local AWS',
    };
  }
  if (isUnreadable(error)) {
    return {
      problem: `what answers in AWS's place in ${region} is not AWS (${words})`,
      fix: "check HTTPS_PROXY, NO_PROXY and AWS_ENDPOINT_URL: a proxy, or the login page of a network, answers",
    };
  }
  if (!wasAnswered(error)) {
    return {
      problem: `AWS does not answer in ${region} (${words})`,
      fix: "check the network, the proxy and AWS_ENDPOINT_URL; `npx platform up` starts the local AWS",
    };
  }
  if (await isRegionDisabled(error, clients, region)) return regionProblem(region);
  return {
    problem: `AWS does not accept the credentials (${words})`,
    fix: "correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in again",
  };
}

function regionProblem(region: string): Problem {
  return {
    problem: `the credentials are valid, but ${region} is not enabled for their account`,
    fix: `aws account enable-region --region-name ${region}   # takes minutes; or set PLATFORM_REGION`,
  };
}

/** The home region accepts the keys of every account of its partition. */
async function isRegionDisabled(
  error: unknown,
  { homeSts }: Clients,
  region: string,
): Promise<boolean> {
  if (hasName(error, "RegionDisabledException")) return true;
  if (!hasName(error, ...UNKNOWN_KEY) || region === homeRegion(region)) return false;
  try {
    await homeSts.send(new GetCallerIdentityCommand({}));
    return true;
  } catch {
    return false;
  }
}
