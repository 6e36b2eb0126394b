import * as z from "zod/mini";
import { PLATFORM_IMAGES, imageNames } from "../images";
import { nearest } from "../nearest";
import { entry, given, problemsOf, rule } from "../schema";
import { readServices } from "../service/schema";
import { type AcceptedVulnerability, dayOf, described } from "./accepted";

/** What identifiers of vulnerabilities look like: those of CVE and of GitHub, and of distributions. */
const IDS = [
  /^CVE-\d{4}-\d{4,19}$/,
  /^GHSA(-[23456789cfghjmpqrvwx]{4}){3}$/,
  /^(ALAS\w*|BIT|CGA|DLA|DSA|ELSA|GO|MAL|PYSEC|RHSA|RUSTSEC|SUSE-SU|TEMP|USN)-[\w.:-]+$/,
];

/** Names of packages in all ecosystems: `@fastify/cors`, `org.slf4j:slf4j-api`, `libstdc++6`. */
const PACKAGE = /^[\w@.+~/:-]{1,200}$/;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The shortest reason that can be one. */
const REASON_LENGTH = 10;

const accepted = entry<AcceptedVulnerability>()(
  '{ id: "CVE-…", package: "…", reason: "…", until: "2027-01-31" }',
  {
    id: rule<string>("an identifier such as CVE-2026-1234 or GHSA-2345-6789-cfgh", (value) =>
      IDS.some((form) => typeof value === "string" && form.test(value)),
    ),
    package: rule<string>("the name of a package, as the report has it", isPackage),
    reason: rule<string>(
      `a sentence that says why, of at least ${REASON_LENGTH} characters`,
      (value) => typeof value === "string" && value.trim().length >= REASON_LENGTH,
    ),
    until: rule<string>("a day such as 2027-01-31", isDay),
    service: z.exactOptional(
      rule<string>("a service or an image of the platform", (value) => typeof value === "string"),
    ),
  },
);

/**
 * Checks the accepted vulnerabilities, whatever their type. Returns every problem, and the entries that
 * have none. A past date is no problem: what it accepted no longer counts.
 */
export function readAccepted(
  written: unknown,
  catalogue: unknown,
  now: Date,
): { accepted: readonly AcceptedVulnerability[]; problems: string[] } {
  if (!Array.isArray(written)) {
    return {
      accepted: [],
      problems: [
        `accepted-vulnerabilities: the file's export ${given(written)}; it must be a list`,
      ],
    };
  }
  const { services } = readServices(catalogue);
  const images = [...new Set([...imageNames(services), ...PLATFORM_IMAGES])];
  const right: AcceptedVulnerability[] = [];
  const problems = written.flatMap((each: unknown, index) => {
    const shape = problemsOf(accepted, each, `entry ${index + 1}`);
    if (shape.length > 0) return shape;
    // The schema has just accepted it.
    const vulnerability = each as AcceptedVulnerability;
    const meant = meaningProblems(vulnerability, images, right, now);
    right.push(vulnerability);
    return meant.map((problem) => `entry ${index + 1} (${described(vulnerability)})${problem}`);
  });
  return {
    accepted: right,
    problems: problems.map((problem) => `accepted-vulnerabilities: ${problem}`),
  };
}

function meaningProblems(
  vulnerability: AcceptedVulnerability,
  images: readonly string[],
  earlier: readonly AcceptedVulnerability[],
  now: Date,
): string[] {
  const { service, until } = vulnerability;
  const latest = yearAfter(now);
  const twin = earlier.some((each) => described(each) === described(vulnerability));
  return [
    ...(service === undefined || images.includes(service)
      ? []
      : [`.service is "${service}", which is not an image${nearest(service, images)}`]),
    ...(until > latest
      ? [
          `.until is "${until}"; it must be at most a year ahead, ${latest}, to be decided again then`,
        ]
      : []),
    ...(twin ? [" is there twice; remove one of them"] : []),
  ];
}

function isPackage(value: unknown): boolean {
  return typeof value === "string" && PACKAGE.test(value);
}

/** A day that the calendar has: not the 30th of February. */
function isDay(value: unknown): boolean {
  if (typeof value !== "string" || !DAY.test(value)) return false;
  const time = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && dayOf(time) === value;
}

function yearAfter(now: Date): string {
  const later = new Date(now);
  later.setUTCFullYear(later.getUTCFullYear() + 1);
  return dayOf(later);
}
