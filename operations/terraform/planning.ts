/** How a stack is planned, whether the plan is shown, approved or applied. */
export interface Planning {
  /** Plans from the state without refreshing each resource. */
  readonly trustState: boolean;
  /** Addresses of resources to create anew, whether or not they change. */
  readonly replace: readonly string[];
}

/** As Terraform finds it. */
export const USUAL: Planning = { trustState: false, replace: [] };

/** @see https://developer.hashicorp.com/terraform/cli/commands/plan#planning-options */
export function planningOptions({ trustState, replace }: Planning): string[] {
  return [`-refresh=${!trustState}`, ...replace.map((address) => `-replace=${address}`)];
}
