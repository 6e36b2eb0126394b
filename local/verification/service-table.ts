import { withoutUrl } from "../../operations/environments/service-urls";
import { unhealthyWords } from "../../operations/diagnosis/unhealthy-task";
import { table } from "../../operations/terminal/table";
import { jobs } from "../../spec/service/kinds";
import { type Services, specOf } from "../../spec/service/spec";
import { privateUrl } from "../../spec/container";
import { publicUrl } from "../aws/urls";
import type { ServiceStatus } from "./service-status";
import type { LocalSettings } from "../aws/settings";

/** A table with one row per service and worker: name, URL, image digest and tasks; then the jobs. */
export function serviceTable(
  statuses: readonly ServiceStatus[],
  services: Services,
  settings: LocalSettings,
): string {
  const rows = statuses.map(({ service, running, desired, unhealthy, digests }) => {
    const spec = specOf(service, services);
    const url =
      spec.port === undefined
        ? withoutUrl(spec)
        : (publicUrl(spec, settings) ?? `${privateUrl(service, spec, settings.config)} (private)`);
    const images = digests.map((digest) => digest.slice(0, "sha256:".length + 12)).join(" ");
    return [service, url, images, `${running}/${desired}${unhealthyWords(unhealthy)}`];
  });
  const due = jobs(services).map(([job]) => [job, withoutUrl(specOf(job, services)), "", ""]);
  return table(["service", "URL", "image", "tasks"], [...rows, ...due]);
}
