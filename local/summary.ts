import Table from "cli-table3";
import type { Services } from "../services/spec";
import { specOf } from "../services/spec";
import { privateUrl, publicUrl } from "./local-urls";
import type { PhaseResult } from "./phases";
import type { ServiceStatus } from "./service-status";
import type { LocalSettings } from "./settings";

/** Service, URL, digest and tasks, a row for each service. */
export function serviceTable(
  statuses: readonly ServiceStatus[],
  services: Services,
  settings: LocalSettings,
): string {
  const table = plainTable(["service", "URL", "image", "tasks"]);
  for (const { service, running, desired, digests } of statuses) {
    const spec = specOf(service, services);
    const url = publicUrl(spec, settings) ?? `${privateUrl(service, spec, settings)} (private)`;
    const images = digests.map((digest) => digest.slice(0, "sha256:".length + 12)).join(" ");
    table.push([service, url, images, `${running}/${desired}`]);
  }
  return table.toString();
}

/** What each phase did and the time that it took, with the sum. */
export function phaseTable(results: readonly PhaseResult[]): string {
  const table = plainTable(["phase", "what was done", "seconds"]);
  for (const { title, outcome, seconds } of results) {
    table.push([title, outcome, seconds.toFixed(1)]);
  }
  const total = results.reduce((sum, { seconds }) => sum + seconds, 0);
  table.push(["together", "", total.toFixed(1)]);
  return table.toString();
}

function plainTable(head: string[]): Table.Table {
  return new Table({ head, style: { head: [], border: [], compact: true } });
}
