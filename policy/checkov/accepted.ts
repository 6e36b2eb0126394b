import type { Finding } from "./scan";

/** A check that is not met, and why that is right. */
export interface Accepted {
  /** `CKV_AWS_150` */
  readonly check: string;
  /** Checkov's sentence, for the reader. */
  readonly title: string;
  /** Why it is accepted; a decision, not a description. */
  readonly reason: string;
  /** `platform: aws_lb.load-balancer_alb`; a star stands for the name of a service or image. */
  readonly where: readonly string[];
  /** Where it is accepted; elsewhere it is a new finding. @default in every environment */
  readonly only?: Lack;
}

/** What an environment can do without, and by which findings are accepted there alone. */
type Lack = (typeof LACKS)[number];
const LACKS = ["without a domain", "unprotected"] as const;

export const ACCEPTED_FILE = "policy/checkov/accepted.json";

const ACCEPT = "npm run test:checkov -- --accept";

/** Every difference between what Checkov found and what is accepted, each with its fix. */
export function differences(found: readonly Finding[], accepted: readonly Accepted[]): string[] {
  const fresh = found.filter((finding) => !isAccepted(finding, accepted));
  const stale = accepted.flatMap(({ check, title, where }) =>
    where
      .filter((place) => !found.some((each) => each.check === check && placeOf(each) === place))
      .map((place) => ({ check, title, place })),
  );
  return [
    ...grouped(fresh),
    ...stale.map(({ check, title, place }) =>
      [
        `${check} (${title}) is accepted in ${ACCEPTED_FILE} for ${place}, but no longer found there.`,
        `  → remove it: ${ACCEPT}`,
      ].join("\n"),
    ),
    ...accepted
      .filter(({ reason }) => reason.trim().length < 15)
      .map(({ check, title }) =>
        [
          `${check} (${title}) is accepted in ${ACCEPTED_FILE} without a reason.`,
          "  → write in one sentence why it is right for this platform",
        ].join("\n"),
      ),
  ];
}

/** The list that accepts what was found and nothing else; reasons stay, new ones are empty. */
export function accepting(found: readonly Finding[], accepted: readonly Accepted[]): Accepted[] {
  const checks = [...new Set(found.map(({ check }) => check))].sort();
  return checks.map((check) => {
    const own = found.filter((finding) => finding.check === check);
    const only = LACKS.find((lack) => own.every((finding) => lacks(finding, lack)));
    return {
      check,
      title: own[0]?.title ?? "",
      reason: accepted.find((each) => each.check === check)?.reason ?? "",
      where: [...new Set(own.map(placeOf))].sort(),
      ...(only && { only }),
    };
  });
}

function lacks({ hasDomain, isProtected }: Finding, lack: Lack): boolean {
  return lack === "unprotected" ? !isProtected : !hasDomain;
}

/** The place of a finding in any catalogue, as `where` names it. */
function placeOf({ stack, place }: Finding): string {
  return `${stack}: ${place}`;
}

function isAccepted(finding: Finding, accepted: readonly Accepted[]): boolean {
  return accepted.some(
    ({ check, where, only }) =>
      check === finding.check &&
      where.includes(placeOf(finding)) &&
      (only === undefined || lacks(finding, only)),
  );
}

/** One message for each check and place, with the environments that it was found in. */
function grouped(findings: readonly Finding[]): string[] {
  const keys = [...new Set(findings.map(keyOf))];
  return keys.map((key) => {
    const same = findings.filter((finding) => keyOf(finding) === key);
    const { check, title } = same[0] ?? { check: "", title: "" };
    const addresses = [...new Set(same.map(({ stack, address }) => `${stack}: ${address}`))];
    const variants = [...new Set(same.map(({ variant }) => variant))];
    return [
      `${check}: ${title}.`,
      ...addresses.map((address) => `  ${address}`),
      `  in ${variants.join(", ")}`,
      `  → change the resource; or, if it is right for this platform, ${ACCEPT}, and write the reason into ${ACCEPTED_FILE}`,
    ].join("\n");
  });
}

function keyOf(finding: Finding): string {
  return `${finding.check} ${placeOf(finding)}`;
}
