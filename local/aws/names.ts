/** Label of every Docker object that belongs to a local AWS or was created by it; holds its port. */
export const LOCAL_AWS_LABEL = "fargate-platform.local-aws";

/** Where the local AWS listens without `LOCAL_AWS_PORT`. */
export const DEFAULT_PORT = 4566;

/** Name of the local AWS's container and network. */
export function localAwsName(port: number): string {
  return `fargate-platform-local-aws-${port}`;
}
