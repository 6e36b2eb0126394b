/** Label of every Docker object that belongs to a local AWS or was created by it; holds its port. */
export const LOCAL_AWS_LABEL = "fargate-platform.local-aws";

/** Name of the local AWS's container and network. */
export function localAwsName(port: number): string {
  return `fargate-platform-local-aws-${port}`;
}
