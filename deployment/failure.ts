import { findings, quoted } from "../diagnosis/findings";
import { diagnoseService } from "../diagnosis/service-diagnosis";
import { resourceName } from "../stacks/names";
import { describeProbe } from "./probes";
import { readableAddress } from "./stack-progress";
import type { Target } from "./target";
import type { StackFailure } from "./terraform-stack";

type FailureContext = Pick<Target, "docker" | "clients" | "services" | "config">;

/** Says why a stack failed: the cause first, in the container's own words, Terraform's after it. */
export async function explainFailure(
  failure: StackFailure,
  context: FailureContext,
): Promise<string[]> {
  const { stackName, errors } = failure;
  const concerned = Object.keys(context.services).filter((service) => concerns(failure, service));
  const explain = { registry: undefined, images: explainProbe, platform: explainService }[
    stackName
  ];
  const causes = explain
    ? await Promise.all(concerned.map((service) => explain(service, failure, context)))
    : [];
  return [`${stackName} failed.`, ...causes.flat(), "Terraform said:", ...errors];
}

/** Whether a resource of the service failed, or an error names the service. */
function concerns({ failed, errors }: StackFailure, service: string): boolean {
  const scopes = [`images_${service}_`, `services_${service}_`];
  return (
    failed.some((address) =>
      scopes.some((scope) => readableAddress(address).name.startsWith(scope)),
    ) ||
    errors.some(
      (error) => error.includes(`${service} was rolled back`) || error.startsWith(`${service}: `),
    )
  );
}

async function explainProbe(
  service: string,
  { failed }: StackFailure,
  { docker, config }: FailureContext,
): Promise<string[]> {
  const outcome = `${service} was not pushed; the platform is untouched.`;
  if (!failed.some((address) => address.startsWith(`docker_container.images_${service}_`))) {
    return [outcome];
  }
  const { name, state, log } = await describeProbe(docker, resourceName(config, service, "probe"));
  return [`${name} ${state}. Its last lines:`, ...quoted(log), outcome];
}

async function explainService(
  service: string,
  _: StackFailure,
  { clients, config }: FailureContext,
): Promise<string[]> {
  return findings(await diagnoseService(service, config, clients));
}
