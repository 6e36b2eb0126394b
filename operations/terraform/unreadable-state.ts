/**
 * Terraform's words, and OpenTofu's, for a stack's state that its reader may not see, with the server's
 * reason. HCP Terraform answers 404 or 403 for one that is not shared; Terraform takes a 404 for a missing
 * workspace, and tries to create it. A refusal of S3 is none of these: it names the action that is denied.
 *
 * @see https://developer.hashicorp.com/terraform/cloud-docs/workspaces/state#accessing-state-from-other-workspaces
 */
export const STATE_DENIED =
  /^(?![^]*(?:operation\s+error\s+S3|objects\s+in\s+S3\s+bucket))[^]*(?:error loading the remote state|Error (?:retrieving|downloading) state|Unable to read remote state)[^]*?(?:\b40[134]\b|not found|[Ff]orbidden|[Uu]nauthorized|not authorized|not have access|permission|already been taken)/;

/** Whether an error says that a stack's state does not exist or is not shared with its reader. */
export function isUnreadableState(error: string): boolean {
  return error.includes("Unable to find remote state") || STATE_DENIED.test(error);
}
