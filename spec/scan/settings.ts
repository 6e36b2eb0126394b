/** How bad a vulnerability can be, the worst first. */
export const SEVERITIES = ["critical", "high", "medium", "low"] as const;

export type Severity = (typeof SEVERITIES)[number];

/** Scans each image between its build and its push. */
export interface ScanSettings {
  /** The least severity that keeps an image from being pushed. */
  readonly threshold: Severity;
  /** Whether one without a fix does so too, which nobody can update away. @default report */
  readonly unfixed?: "fail" | "report";
}

/** Whether a severity is at or above a threshold. Others than the four, such as `unknown`, never are. */
export function reaches(severity: string, threshold: Severity): boolean {
  const place = SEVERITIES.findIndex((each) => each === severity);
  return place !== -1 && place <= SEVERITIES.indexOf(threshold);
}
