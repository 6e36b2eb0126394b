import type { Command } from "commander";
import { ECSClient } from "@aws-sdk/client-ecs";
import { services as catalogue } from "../services";
import { healthCheckOf, httpServiceOf, runningServices } from "../spec/service/kinds";
import { type ServiceSpec, specOf } from "../spec/service/spec";
import { ensureEmulatorImage } from "../local/aws/emulator-image";
import { askInside } from "../local/verification/inside";
import { stopOnInterrupt } from "../operations/terminal/interruption";
import { enforcesSecurityGroups, isLocalAwsUp, unenforcedNotice } from "../local/aws/local-aws";
import { clientSettings, publicUrl } from "../local/aws/urls";
import { Machine } from "../local/prepared-machine";
import { runPhases } from "../operations/terminal/phases";
import { questionsOf } from "../local/verification/reachability";
import { Refusal } from "../operations/terminal/refusal";
import { Failure } from "../operations/terminal/run";
import { type ServiceStatus, readStatus } from "../local/verification/service-status";
import { type LocalSettings, readLocalSettings } from "../local/aws/settings";
import { verifyExample } from "../local/verification/shipped-example";
import { serviceTable } from "../local/verification/service-table";
import { synthesize } from "../operations/terraform/synthesis";
import { readOutputs } from "../operations/terraform/terraform-stack";
import { type Evidence, problemsOf } from "../local/verification/verification";
import { environment } from "../project";
import { privateUrl } from "../spec/container";
import { variablesOf, withEnvironment } from "./environment-argument";

/** AWS drops packets that no rule allows, so only a timeout shows a blocked path. */
const SECONDS_TO_WAIT = { name: 0, answer: 5, silence: 2 } as const;

export function verify(command: Command): void {
  withEnvironment(command)
    .description(
      "Tests an environment on the local AWS: each service answers the load balancer and its callers " +
        "only, runs the pushed image and resolves by its Cloud Map name; then follows a user's journey " +
        "through the shipped services, to the totals of the day.",
    )
    .addHelpText("after", "\nExit codes: 0 all tests pass, 1 one fails; the reason is printed.")
    .action(verifyEnvironment);
}

async function verifyEnvironment(named: string | undefined): Promise<void> {
  const settings = readLocalSettings({ ...environment, ...variablesOf(named) });
  const signal = stopOnInterrupt();
  const services = runningServices(settings.services).map(([name]) => name);
  if (!(await isLocalAwsUp(settings.port))) {
    throw new Refusal(`no local AWS answers on port ${settings.port}`, "npx platform up");
  }
  const machine = new Machine(settings, settings.services);
  await runPhases(machine.toolPhases(), signal);
  await synthesize({ ...settings, signal });

  const options = { terraform: machine.terraform, environment: settings.environment, signal };
  const [{ references }, outputs, statuses, enforced] = await Promise.all([
    readOutputs("images", { ...options, report: ignore }),
    readOutputs("platform", { ...options, report: ignore }),
    readStatus(new ECSClient(clientSettings(settings)), services, settings.config),
    enforcesSecurityGroups(settings.port),
  ]);
  const inside = await askEachInside(machine, settings, statuses, enforced);
  const problems = await Promise.all(
    statuses.map(async (status) => {
      const { service } = status;
      const spec = specOf(service, catalogue);
      const pushed = (references as Record<string, string> | undefined)?.[service];
      const evidence = {
        spec,
        status,
        pushed,
        outside: await askOutside(spec, settings),
        inside: inside.filter(({ question }) => question.to === service),
      };
      return problemsOf(evidence).map((problem) => `${service}: ${problem}`);
    }),
  );
  console.log(serviceTable(statuses, catalogue, settings));
  if (!enforced) console.log(unenforcedNotice(settings.port));
  if (problems.flat().length > 0) throw new Failure(problems.flat());
  const shut = enforced ? " No service reaches one that it does not call." : "";
  console.log(
    `Every service answers its callers, runs the pushed image and resolves by name.${shut}`,
  );
  const report = (sentence: string) => {
    console.log(sentence);
  };
  await verifyExample({ settings, services: catalogue, outputs, signal, report });
}

/** Sends each service's requests from one of its tasks, all in parallel. */
async function askEachInside(
  { docker }: Machine,
  settings: LocalSettings,
  statuses: readonly ServiceStatus[],
  enforced: boolean,
): Promise<Evidence["inside"]> {
  const image = await ensureEmulatorImage(docker, ignore);
  const questions = questionsOf(catalogue).filter(
    ({ expected }) => enforced || expected !== "silence",
  );
  const answers = await Promise.all(
    statuses
      .filter(({ desired }) => desired > 0)
      .map(async ({ service, containers: [container] }) => {
        const own = questions.filter(({ from }) => from === service);
        const urls = Object.fromEntries<number>(
          own.map(({ to, expected }) => [healthUrl(to, settings), SECONDS_TO_WAIT[expected]]),
        );
        const found = container ? await askInside(docker, image, { container, urls }) : {};
        return own.map((question) => ({
          question,
          answer: found[healthUrl(question.to, settings)],
        }));
      }),
  );
  return answers.flat();
}

function healthUrl(service: string, settings: LocalSettings): string {
  const spec = httpServiceOf(service, catalogue);
  return privateUrl(service, spec, settings.config) + healthCheckOf(spec).path;
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
