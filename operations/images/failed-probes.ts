import { list, record } from "../terraform/terraform-events";

/**
 * The addresses of the probes in a state of `images` that were asked for their health without success.
 * Terraform would only ask again: a slow start would pass at the second try, and a probe that has ended
 * cannot be asked. Both containers must be new together.
 */
export function failedProbes(state: unknown): string[] {
  const containers = containersIn(state);
  const healthy = containers.filter(({ role, isTainted }) => role === "health" && !isTainted);
  return containers
    .filter(({ role, image, hasCheck }) => {
      return role === "probe" && !hasCheck && !healthy.some((each) => each.image === image);
    })
    .map(({ address }) => address);
}

/** The containers of a state, with the image that each is about. */
function containersIn(state: unknown) {
  return list(record(state)["resources"])
    .map(record)
    .filter(({ type }) => type === "docker_container")
    .flatMap(({ name, instances }) => {
      const [, image = "", role = ""] =
        /^(.+)_(probe|health)_[0-9A-F]{8}$/.exec(String(name)) ?? [];
      return list(instances).map((instance) => {
        const { status, attributes } = record(instance);
        return {
          address: `docker_container.${String(name)}`,
          image,
          role,
          hasCheck: hasCheck(record(attributes)),
          isTainted: status === "tainted",
        };
      });
    });
}

/** Whether the container checks itself, and is tainted if it fails. */
function hasCheck({ healthcheck }: Readonly<Record<string, unknown>>): boolean {
  return list(healthcheck).some((check) => list(record(check)["test"])[0] === "CMD");
}
