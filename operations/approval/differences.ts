import { type ApprovedChange, UNKNOWN } from "./approved-change";

/**
 * How a new plan differs from the approved one, a sentence each; none if it may be applied. What was
 * unknown when it was approved may have become any value, and a change of unknown values alone may have
 * become none.
 */
export function differences(
  approved: readonly ApprovedChange[],
  planned: readonly ApprovedChange[],
): string[] {
  const unapproved = planned.flatMap((change) => {
    const same = approved.find(({ address }) => address === change.address);
    return same ? between(same, change) : [`${change.address}: ${change.action} was not approved`];
  });
  const gone = approved
    .filter((change) => !planned.some(({ address }) => address === change.address))
    .filter((change) => !mayVanish(change))
    .map(
      ({ address, action }) => `${address}: ${action} was approved, and is not planned any more`,
    );
  return [...unapproved, ...gone];
}

function between(approved: ApprovedChange, planned: ApprovedChange): string[] {
  const { address } = planned;
  if (approved.action !== planned.action) {
    return [`${address}: ${approved.action} was approved, and ${planned.action} is planned`];
  }
  const paths = [
    ...differing(approved.after, planned.after),
    ...differing(approved.before, planned.before).filter((path) => !isOpen(approved.after, path)),
  ];
  if (paths.length === 0) return [];
  return [`${address}: another change of ${[...new Set(paths)].map(readable).join(", ")}`];
}

function differing(
  approved: Readonly<Record<string, string>>,
  planned: Readonly<Record<string, string>>,
): string[] {
  const paths = [...new Set([...Object.keys(approved), ...Object.keys(planned)])];
  return paths.filter((path) => approved[path] !== planned[path] && !isOpen(approved, path));
}

/** Whether a value, or what contains it, was unknown. */
function isOpen(approved: Readonly<Record<string, string>>, path: string): boolean {
  const steps = path.split("/");
  return steps.some((_, index) => approved[steps.slice(0, index + 1).join("/")] === UNKNOWN);
}

function mayVanish({ action, after }: ApprovedChange): boolean {
  const values = Object.values(after);
  return ["update", "replace"].includes(action) && values.every((value) => value === UNKNOWN);
}

function readable(path: string): string {
  return path.slice(1).replaceAll("/", ".") || "the whole resource";
}
