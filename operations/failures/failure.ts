import { findings, isWell, quoted } from "../diagnosis/findings";
import { diagnoseService } from "../diagnosis/service-diagnosis";
import { imageNames } from "../../spec/images";
import { kindOf } from "../../spec/service/kinds";
import { specOf } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import { scanWords, signatureWords, withoutCommands } from "./command-failures";
import { buildLogPath, readBuildLog, withBuildLogs } from "./build-log";
import { isBuild } from "./build-errors";
import { imageIn } from "../terraform/image-address";
import { importCommands } from "./import-commands";
import { knownErrors } from "./known-errors";
import { describeProbe } from "../images/probes";
import { constructName } from "../terraform/construct-name";
import { readableAddress } from "../terraform/stack-progress";
import { PROMOTED_FROM } from "../../stacks/images/running-images";
import { describeDiagnostic } from "../terraform/diagnostic";
import { isRollbackOf } from "../../stacks/platform/rollback-message";
import type { Target } from "../target/target";
import type { StackFailure } from "../terraform/terraform-stack";
import { isUnreadableState } from "../terraform/unreadable-state";

type Context = Pick<Target, "docker" | "clients" | "clientSettings" | "services" | "config">;

/** Explains why a stack failed: the cause first, with the container's output, then Terraform's errors. */
export async function explainFailure(failure: StackFailure, context: Context): Promise<string[]> {
  const { stackName } = failure;
  const others = withoutCommands(failure);
  const names =
    stackName === "images" ? imageNames(context.services) : Object.keys(context.services);
  const concerned = names.filter((name) => concerns(failure, name));
  const explain = { registry: undefined, images: explainImage, platform: explainService }[
    stackName
  ];
  const known = whatToDo(withBuildLogs(others), context.config);
  // If a query to AWS or the engine fails, Terraform's errors are shown alone.
  const asked = await Promise.allSettled([
    importCommands(failure, context),
    ...(explain ? concerned.map((service) => explain(service, failure, context)) : []),
  ]);
  const causes = asked.flatMap((each) => (each.status === "fulfilled" ? each.value : []));
  const said = others.errors.length > 0 ? ["Terraform said:", ...new Set(others.errors)] : [];
  return [`${stackName} failed.`, ...known, ...causes, ...said];
}

/** Explains Terraform errors that no single service causes, and how to fix them. */
export function whatToDo(failure: StackFailure, config: Pick<Config, "promoteFrom">): string[] {
  const missing = promotionErrors(failure, config);
  return missing.length > 0 ? missing : knownErrors(failure);
}

/** Explains why an environment cannot promote images from the one it names. */
function promotionErrors(
  { stackName, diagnostics }: StackFailure,
  { promoteFrom }: Pick<Config, "promoteFrom">,
): string[] {
  const isMissing = diagnostics.some((error) => {
    const words = describeDiagnostic(error);
    if (/running-images|Invalid index/.test(words)) return true;
    // The state of this environment's own `registry` may be missing too.
    const isSource = error.address?.includes(`.${PROMOTED_FROM}`) ?? false;
    return isSource && isUnreadableState(words);
  });
  if (stackName !== "images" || !promoteFrom || !isMissing) return [];
  const { environment } = promoteFrom;
  return [
    `${environment}, the source of the images, does not run all of them: it was never deployed, or not since a service was added.`,
    `→ npx platform deploy ${environment}. Then run the same command again.`,
  ];
}

/** Whether a resource of the service failed or an error names the service. */
function concerns({ concerned, errors }: StackFailure, service: string): boolean {
  const scopes = ["services", "jobs"].map((scope) => constructName(scope, service));
  return (
    concerned.some(
      (address) =>
        imageIn(address) === service ||
        scopes.some((scope) => `${readableAddress(address).name}_`.startsWith(`${scope}_`)),
    ) || errors.some((error) => isRollbackOf(service, error) || error.startsWith(`${service}: `))
  );
}

async function explainImage(
  service: string,
  { concerned, diagnostics }: StackFailure,
  { docker, config, services }: Context,
): Promise<string[]> {
  const signing = signatureWords(diagnostics, service, "sign");
  if (signing.length > 0) {
    return [...signing, `${service} was pushed, but not signed; the platform is untouched.`];
  }
  const outcome = `${service} was not pushed; the platform is untouched.`;
  const refused = [
    ...signatureWords(diagnostics, service, "verify"),
    ...scanWords(diagnostics, service),
  ];
  if (refused.length > 0) return [...refused, outcome];
  const of = (type: string) =>
    concerned.some((address) => address.startsWith(`${type}.`) && imageIn(address) === service);
  if (of("docker_image") && config.promoteFrom) {
    return [`${service} cannot be pulled from ${config.promoteFrom.environment}.`, outcome];
  }
  const builds = diagnostics.filter(isBuild).map(({ address = "" }) => imageIn(address));
  // Otherwise the last lines would be those of an earlier build.
  if (of("docker_image") && !builds.includes(service)) return [outcome];
  if (of("docker_image")) {
    return [
      `${service} does not build. Its last lines:`,
      ...quoted(readBuildLog(service)),
      outcome,
      `→ Fix it and run the same command again. The full output: ${buildLogPath(service)}`,
    ];
  }
  if (!of("docker_container")) return [outcome];
  const probe = await describeProbe(docker, config, service, services);
  return [
    `${probe.name} ${probe.state}. Its last lines:`,
    ...quoted(probe.log),
    outcome,
    `→ ${probe.fix}. The full log: docker logs ${probe.name}`,
  ];
}

async function explainService(
  service: string,
  _: StackFailure,
  { clients, config, services }: Context,
): Promise<string[]> {
  // No task of a job is part of a deployment, so Terraform's errors say all.
  if (kindOf(specOf(service, services)) === "job") return [];
  const diagnosis = await diagnoseService(service, { config, services }, clients);
  const [state = "", ...cause] = findings(diagnosis);
  // After a rollback the service is well again, but the failure must come first.
  const rolledBack = `${service}: the new version failed; the previous one keeps serving`;
  return [isWell(diagnosis) ? rolledBack : state, ...cause];
}
