/**
 * What a resource's policy denies. A topic's policy takes no `sns:*`; of its actions, only publishing is of
 * a service that the policy lets in.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html#enforce-encryption-data-in-transit
 */
const DENIED = { s3: "s3:*", sqs: "sqs:*", sns: "sns:Publish" } as const;

/** The statement of a resource's policy that denies everyone what is not asked over TLS. */
export function tlsOnly(service: keyof typeof DENIED, resources: readonly string[]) {
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: DENIED[service],
    Resource: resources,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
