import { plainTable } from "../../operations/terminal/table";
import { type Services, specOf } from "../../spec/service/spec";
import { privateUrl, publicUrl } from "../aws/urls";
import type { ServiceStatus } from "./service-status";
import type { LocalSettings } from "../aws/settings";

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
