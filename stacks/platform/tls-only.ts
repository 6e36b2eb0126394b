/** The statement of a resource's policy that denies everyone what is not asked over TLS. */
export function tlsOnly(service: "s3" | "sqs", resources: readonly string[]) {
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: `${service}:*`,
    Resource: resources,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
