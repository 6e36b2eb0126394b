import { ECSClient } from "@aws-sdk/client-ecs";
import { services as catalogue } from "../services";
import { type ServiceSpec, specOf } from "../services/spec";
import { type InsideAnswer, askInside } from "./inside";
import { stopOnInterrupt } from "./interruption";
import { isLocalAwsUp } from "./local-aws";
import { clientSettings, privateUrl, publicUrl } from "./local-urls";
import { Machine } from "./machine";
import { runPhases } from "./phases";
import { Refusal } from "./refusal";
import { Failure, run } from "./run";
import { readStatus } from "./service-status";
import { type LocalSettings, readLocalSettings } from "./settings";
import { serviceTable } from "./summary";
import { synthesize } from "./synthesis";
import { readOutputs } from "./terraform-stack";
import { problemsOf } from "./verification";

/**
 * `npm run verify`: each service answers through the load balancer, what runs is what was pushed, and
 * its Cloud Map name resolves inside the network. A failure names the service and the reason.
 */
async function verify(): Promise<void> {
  const settings = readLocalSettings();
  const signal = stopOnInterrupt();
  const services = Object.keys(catalogue);
  if (!(await isLocalAwsUp(settings.port))) {
    throw new Refusal(`no local AWS answers on port ${settings.port}`, "npm run up");
  }
  const machine = new Machine(settings, services);
  await runPhases(machine.toolPhases(), signal);
  await synthesize(settings.environment);

  const options = { terraform: machine.terraform, environment: settings.environment, signal };
  const [{ references }, statuses, inside] = await Promise.all([
    readOutputs("images", { ...options, report: ignore }),
    readStatus(new ECSClient(clientSettings(settings)), services, settings.config),
    askEachInside(machine, settings, services),
  ]);
  const problems = await Promise.all(
    statuses.map(async (status) => {
      const spec = specOf(status.service, catalogue);
      const pushed = (references as Record<string, string> | undefined)?.[status.service];
      const outside = await askOutside(spec, settings);
      const evidence = {
        spec,
        status,
        pushed,
        outside,
        inside: inside[healthUrl(status.service, settings)],
      };
      return problemsOf(evidence).map((problem) => `${status.service}: ${problem}`);
    }),
  );
  console.log(serviceTable(statuses, catalogue, settings));
  if (problems.flat().length > 0) throw new Failure(problems.flat());
  console.log("Every service answers, runs what was pushed, and has its name.");
}

async function askEachInside(
  machine: Machine,
  settings: LocalSettings,
  services: readonly string[],
): Promise<Record<string, InsideAnswer>> {
  const urls = services.map((service) => healthUrl(service, settings));
  return askInside(machine.docker, settings.port, urls, ignore);
}

function healthUrl(service: string, settings: LocalSettings): string {
  const spec = specOf(service, catalogue);
  return privateUrl(service, spec, settings) + spec.health.path;
}

async function askOutside(
  spec: ServiceSpec,
  settings: LocalSettings,
): Promise<number | string | undefined> {
  const url = publicUrl(spec, settings);
  if (url === undefined) return undefined;
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(10_000) })).status;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function ignore(): void {
  return;
}

run(verify);
