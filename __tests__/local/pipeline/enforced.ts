import { SUFFIX } from "../e2e/support/checkout";
import { ACCOUNT } from "./github-token";

/**
 * The variables of a local AWS that enforces the policies of every caller except root, and of the account's
 * one-time setup in it.
 */
export const ENFORCED = {
  LOCAL_AWS_IAM: "enforced",
  SETUP_ACCOUNT: ACCOUNT,
  SETUP_REPOSITORY: "acme/platform",
  SETUP_STATE_BUCKET: "acme-platform-states",
  SETUP_ENVIRONMENTS: SUFFIX,
  SETUP_PULL_REQUESTS: SUFFIX,
};
