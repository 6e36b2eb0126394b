import type Docker from "dockerode";
import { resourceName } from "../../spec/names";
import { isOnInternet } from "../../spec/environment/domain";
import { kindOf } from "../../spec/service/kinds";
import { sidecarsOf } from "../../spec/service/sidecars";
import { readTasks } from "../diagnosis/tasks";
import { hasName, isDenied, wordsOf } from "../target/aws-error";
import type { Clients } from "../target/clients";
import { type Place, notDeployed } from "../tasks/deployed-task";
import { type Report, Refusal } from "../terminal/refusal";
import { Failure } from "../terminal/run";
import { commandLine } from "./command-line";
import { connectEngine, type Streams } from "./engine-session";
import { chooseContainer, requireAgent } from "./entered-container";
import { openSession } from "./session";
import { connectPlugin, requirePlugin } from "./session-plugin";
import { requireWritable } from "./writable-revision";

/** What runs without a command. */
const SHELL = "/bin/sh";

/** A shell that lasts less, in milliseconds, was most likely not there. */
const AT_ONCE_MS = 5_000;

/** Who enters what. */
export interface Entry extends Place {
  /** @default the service's own */
  readonly container: string | undefined;
  /** The ID of a task, or its beginning. @default the newest healthy one */
  readonly task: string | undefined;
  /** @default a shell */
  readonly command: readonly string[];
}

/** What a session is made with. */
export interface Means {
  readonly clients: Pick<Clients, "ecs">;
  /** The engine with the containers of the local AWS. */
  readonly engine: () => Docker;
  /** The profile of the AWS CLI; empty for the environment's credentials. */
  readonly profile: string;
  /** The proxy for HTTPS; empty without one. */
  readonly proxy: string;
  readonly streams: Streams;
  readonly report: Report;
  readonly pause: (ms: number) => Promise<unknown>;
}

/**
 * Runs a command in a container of a running task, connected to this terminal, until the session ends. Whether
 * it connected, and how the command ended, is not known: ECS's plugin tells neither.
 *
 * @throws Refusal before anything is started, Failure with AWS's or the engine's reason
 */
export async function enter(entry: Entry, means: Means): Promise<void> {
  const { service, config, container = service } = entry;
  requireExec(entry, container);
  requireTerminal(entry, means.streams);
  const isLocal = !isOnInternet(config);
  if (!isLocal) await requirePlugin();
  const cluster = resourceName(config);
  const tasks = await tasksOf(entry, means.clients);
  const wanted = { ...entry, suffix: config.suffix, container };
  const chosen = chooseContainer(tasks, wanted);
  await requireWritable(means.clients, chosen, wanted);
  requireAgent(chosen, wanted);
  const words = entry.command.length > 0 ? entry.command : [SHELL];
  const command = commandLine(words);
  const of = chosen.running > 1 ? ` of ${chosen.running}` : "";
  means.report(
    `${service} in ${config.suffix}: task ${chosen.shown}${of}, container ${container}, as root: ${command}`,
  );
  const { task, runtimeId } = chosen;
  const session = await openSession(means.clients, { cluster, task, container, command }, means);
  const start = performance.now();
  if (isLocal) {
    await connectEngine(means.engine(), { runtimeId, words }, means.streams);
  } else {
    const { profile, proxy } = means;
    const target = `ecs:${cluster}_${task}_${runtimeId}`;
    await connectPlugin(session, { region: config.region, profile, proxy, target });
  }
  if (entry.command.length === 0 && performance.now() - start < AT_ONCE_MS) {
    means.report(withoutShell(entry));
  }
}

/** @throws Refusal for what no deployment makes enterable */
function requireExec({ service, spec, config }: Entry, container: string): void {
  const { suffix } = config;
  if (!config.exec) {
    throw new Refusal(
      `Nobody can enter the tasks of ${suffix}: its entry in environments.ts does not set exec.`,
      `Set exec: true there, then npx platform deploy ${suffix}; docs/operating.md says what it costs. npx platform run starts a task of its own instead.`,
    );
  }
  if (kindOf(spec) === "job") {
    throw new Refusal(
      `${service} is a job, whose tasks nobody can enter: they end by themselves.`,
      `npx platform run ${suffix} ${service} starts a run, and with -- a command in its image.`,
    );
  }
  const known = [service, ...sidecarsOf(service, spec).map(({ name }) => name)];
  if (known.includes(container)) return;
  throw new Refusal(
    `${service} has no container "${container}" that can be entered.`,
    `It has ${known.join(", ")}.`,
  );
}

/**
 * Without a terminal the plugin ends at the end of its input, and what the command prints is lost. The local AWS
 * refuses it as well, so that nobody relies there on what fails on AWS.
 */
function requireTerminal({ service, config }: Entry, { input }: Streams): void {
  if (input.isTTY) return;
  throw new Refusal(
    "npx platform exec needs a terminal, and its input is none: a session of ECS Exec is for a person.",
    `For a script: npx platform run ${config.suffix} ${service} -- COMMAND, which returns the command's exit code.`,
  );
}

async function tasksOf(entry: Entry, { ecs }: Pick<Clients, "ecs">) {
  const { service, config } = entry;
  const names = { cluster: resourceName(config), serviceName: resourceName(config, service) };
  try {
    return await readTasks(ecs, names, "RUNNING");
  } catch (error) {
    if (hasName(error, "ClusterNotFoundException", "ServiceNotFoundException"))
      throw notDeployed(entry);
    throw new Failure([
      `The tasks of ${service} could not be listed: ${wordsOf(error)}`,
      isDenied(error)
        ? "→ The caller needs ecs:ListTasks and ecs:DescribeTasks; the policies are in docs/operating.md."
        : "→ `npx platform doctor` checks the credentials and the region.",
    ]);
  }
}

function withoutShell({ service, config }: Entry): string {
  const { suffix } = config;
  return [
    `If the session ended by itself, the image may have no ${SHELL}. Name a program that it has:`,
    `npx platform exec ${suffix} ${service} -- PROGRAM. In an image with one program alone, nothing else can`,
    `run: enter a sidecar with --container, or let npx platform run ${suffix} ${service} start a task.`,
  ].join("\n");
}
