/** The parts of an ARN, each as it is written. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** The text of a value that only Terraform knows. */
const TOKEN = /\$\{TfToken\[[^\]]*\]\}/;

/**
 * Reads an ARN that may have wildcards after its service; `undefined` for any other text, and for one
 * that only Terraform knows.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function readArn(text: string): Arn | undefined {
  const match =
    /^arn:(aws|aws-[a-z-]+):([a-z][a-z0-9-]*):([a-z0-9*?-]*):(\d{12}|aws|[\d*?]*[*?][\d*?]*|):([!-~]+)$/.exec(
      text,
    );
  if (!match) return undefined;
  const [, partition = "", service = "", region = "", account = "", resource = ""] = match;
  return { partition, service, region, account, resource };
}

/** Whether the text of an ARN, or a part of it, is known only to Terraform. */
export function isUnknown(text: string): boolean {
  return TOKEN.test(text);
}

export function isWildcard(text: string): boolean {
  return /[*?]/.test(text);
}

/** Whether a resource of a policy means all of a service's, or of all services: `*`, `arn:aws:s3:::*`. */
export function isEverything(text: string): boolean {
  if (/^[*?]+$/.test(text)) return true;
  const resource = readArn(text)?.resource;
  return resource !== undefined && /^[*?/:]*[*?][*?/:]*$/.test(resource);
}
