import { repositoryNames } from "../../spec/images";
import type { Target } from "../target/target";
import type { Repositories } from "./repositories";

/** The services that have a repository but are no longer in the catalogue. */
export function leavingServices(
  { services, config }: Pick<Target, "services" | "config">,
  deployed: Repositories,
): string[] {
  const wanted = repositoryNames(services, config);
  return Object.keys(deployed).filter((name) => !wanted.includes(name));
}

/** The target, whose synthesis keeps the repositories of these services: tasks may still use them. */
export function keeping(leaving: readonly string[], target: Target): Target {
  const environment = { ...target.environment, PLATFORM_KEPT_REPOSITORIES: leaving.join(",") };
  return { ...target, environment };
}
