/** Label of every Docker object of the local AWS, its own and those that it makes; its port. */
export const LOCAL_AWS_LABEL = "fargate-platform.local-aws";

/** Name of the local AWS's container and network. */
export function localAwsName(port: number): string {
  return `fargate-platform-local-aws-${port}`;
}

/** Access key and secret of the local account's root. Nothing in it is secret. */
export const ROOT_KEY = "local";
