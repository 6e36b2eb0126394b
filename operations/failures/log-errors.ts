import { AGAIN, RUN_AGAIN } from "./failed-request";
import { type KnownError, types } from "./known-error";

/** Errors of the logs that AWS writes about an environment. */
export const LOG_ERRORS: readonly KnownError[] = [
  {
    from: types("aws_lb"),
    pattern: /Access Denied for bucket/,
    advice: () => [
      "Elastic Load Balancing may not write to the bucket of the access log: its policy, or its encryption, was changed by hand.",
      `→ ${RUN_AGAIN} Terraform sets both again. Until then, logs: { access: false } in environments.ts deploys without them.`,
    ],
  },
  {
    from: types("aws_s3_bucket"),
    pattern: /BucketAlreadyExists|BucketAlreadyOwnedByYou/,
    advice: () => [
      "The bucket for the logs exists, and no state knows it: a killed run left it.",
      `→ If its tags say that it is this environment's, delete it: aws s3 rb s3://NAME --force. ${AGAIN}`,
    ],
  },
  {
    from: types("aws_flow_log"),
    pattern: /LogDestination|Access Denied|FlowLogAlreadyExists/,
    advice: () => [
      "The flow log cannot be written to its bucket, or is there already: a killed run left it, or a policy was changed by hand.",
      `→ aws ec2 describe-flow-logs shows it, aws ec2 delete-flow-logs removes it. ${AGAIN}`,
    ],
  },
];
