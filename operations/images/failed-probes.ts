import { resourcesIn } from "../terraform/state-resources";
import { list, record } from "../terraform/terraform-events";

/**
 * The addresses of the probes in a state of `images` that have not shown that they work: they were watched
 * without success, or their dry run failed. Terraform would only ask again: a slow start would pass at the
 * second try, and a probe that has ended cannot be asked. Both containers must be new together.
 */
export function failedProbes(state: unknown): string[] {
  const containers = containersIn(state);
  const healthy = containers.filter(({ role, isTainted }) => role === "health" && !isTainted);
  return containers
    .filter(({ role, image, ends }) => {
      if (role !== "probe") return false;
      if (ends === "by another") return !healthy.some((each) => each.image === image);
      return ends === "with a failure";
    })
    .map(({ address }) => address);
}

/** The containers of a state, with the image that each is about. */
function containersIn(state: unknown) {
  return resourcesIn(state, "docker_container").map(({ name, address, isTainted, attributes }) => {
    const [, image = "", role = ""] = /^(.+)_(probe|health)_[0-9A-F]{8}$/.exec(name) ?? [];
    return { address, image, role, ends: endOf(attributes), isTainted };
  });
}

/** What ends a probe, and what it showed. */
type End = "by its check" | "by another" | "at once" | "well" | "with a failure";

/** A failed check of its own taints a container; a dry run is awaited; a job that is only started has no network. */
function endOf(attributes: Readonly<Record<string, unknown>>): End {
  const { healthcheck, attach, exit_code: exitCode, network_mode: network } = attributes;
  if (list(healthcheck).some((check) => list(record(check)["test"])[0] === "CMD"))
    return "by its check";
  if (attach === true) return exitCode === 0 ? "well" : "with a failure";
  return network === "none" ? "at once" : "by another";
}
