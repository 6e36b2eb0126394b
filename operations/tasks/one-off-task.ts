import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  type Task,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { resourceName } from "../../spec/names";
import { describeTask } from "../diagnosis/findings";
import { lastPart, logStream } from "../diagnosis/log-stream";
import { describeStopped } from "../diagnosis/stopped-task";
import { hasName, wordsOf } from "../target/aws-error";
import type { Clients } from "../target/clients";
import { Interrupted } from "../terminal/interruption";
import type { Report } from "../terminal/refusal";
import { Failure } from "../terminal/run";
import { type DeployedTask, type Place, readDeployedTask } from "./deployed-task";
import { oneOffDefinition } from "./one-off-definition";
import { POLL_MS, type Pause, type Print, TaskLog } from "./task-log";
import { exitCodeOf, hasStopped, readTask } from "./task-state";

/** By whom ECS says that a one-off task was started. */
export const STARTED_BY = "platform-run";

/** How the person at the terminal follows and stops something. */
export interface Terminal {
  readonly print: Print;
  /** For all that is not the log's. */
  readonly report: Report;
  readonly pause: Pause;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A command to run once in a service's container. */
export interface OneOff extends Place {
  /** The words of the command; no shell reads them. */
  readonly command: readonly string[];
  /** How long it may run, in minutes. */
  readonly minutes: number;
}

/** A cleanup after a deployment may deregister a revision before its task has started. */
const ATTEMPTS = 2;

/**
 * Runs one command as a task of its own, with the image, settings, secrets, roles and network of the
 * service's deployed version, and prints its log.
 *
 * @returns its exit code
 * @throws Refusal if the service is not deployed, Interrupted once Ctrl-C has stopped the task, Failure if
 * the task never ran or took too long
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/standalone-task-create.html
 */
export async function runOneOff(
  oneOff: OneOff,
  clients: Clients,
  terminal: Terminal,
): Promise<number> {
  const deployed = await readDeployedTask(oneOff, clients);
  for (let attempt = 1; ; attempt += 1) {
    terminal.signal.throwIfAborted();
    const definition = await register(oneOff, deployed, clients);
    try {
      const task = await start(oneOff, deployed, definition, clients);
      if (task) return await follow(task, definition, { oneOff, clients, terminal });
      if (attempt === ATTEMPTS)
        throw new Failure(["Its task definition is deregistered each time."]);
    } finally {
      await deregister(definition, clients, terminal.report);
    }
  }
}

async function register(
  { service, config }: OneOff,
  { taskDefinition: arn }: DeployedTask,
  { ecs }: Clients,
): Promise<TaskDefinition> {
  const { taskDefinition: deployed = {} } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: arn }),
  );
  const { taskDefinition = {} } = await ecs.send(
    new RegisterTaskDefinitionCommand(oneOffDefinition(deployed, service, config)),
  );
  return taskDefinition;
}

/** A task goes on with a deregistered revision; one that is left behind goes with the next deployment. */
async function deregister(
  { taskDefinitionArn: taskDefinition }: TaskDefinition,
  { ecs }: Clients,
  report: Report,
): Promise<void> {
  try {
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  } catch (error) {
    report(`${taskDefinition ?? "its task definition"} stays registered: ${wordsOf(error)}`);
  }
}

/** @returns `undefined` if the revision was deregistered in between */
async function start(
  oneOff: OneOff,
  deployed: DeployedTask,
  definition: TaskDefinition,
  { ecs }: Clients,
): Promise<Task | undefined> {
  try {
    const request = requestOf(oneOff, deployed, definition);
    const { tasks = [], failures = [] } = await ecs.send(new RunTaskCommand(request));
    if (tasks[0]) return tasks[0];
    const { reason = "it gives no reason", detail = "" } = failures[0] ?? {};
    throw new Failure([
      `ECS does not start the task: ${[reason, detail].filter(Boolean).join(", ")}`,
      `→ npx platform doctor ${oneOff.config.suffix} checks quotas and permissions.`,
    ]);
  } catch (error) {
    if (hasName(error, "ClientException") && /inactive/i.test(wordsOf(error))) return undefined;
    throw error;
  }
}

function requestOf(
  { service, config, command }: OneOff,
  { networkConfiguration }: DeployedTask,
  { taskDefinitionArn: taskDefinition }: TaskDefinition,
): RunTaskCommandInput {
  return {
    // One or the other: ECS refuses a launch type with a strategy.
    ...(config.capacity === "spot"
      ? { capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }] }
      : { launchType: "FARGATE" }),
    cluster: resourceName(config),
    taskDefinition,
    networkConfiguration,
    count: 1,
    startedBy: STARTED_BY,
    propagateTags: "TASK_DEFINITION",
    enableECSManagedTags: true,
    overrides: { containerOverrides: [{ name: service, command: [...command] }] },
  };
}

interface Followed {
  readonly oneOff: OneOff;
  readonly clients: Clients;
  readonly terminal: Terminal;
}

async function follow(
  { taskArn = "unknown" }: Task,
  { containerDefinitions }: TaskDefinition,
  followed: Followed,
): Promise<number> {
  const { oneOff, clients, terminal } = followed;
  const { service, config } = oneOff;
  terminal.report(`Task ${lastPart(taskArn)} of ${service} in ${config.suffix}`);
  const stream = logStream(containerDefinitions, service, taskArn);
  const log = new TaskLog(clients.logs, stream, terminal.print);
  try {
    return await untilItsEnd(taskArn, log, followed);
  } catch (error) {
    if (error instanceof Interrupted || error instanceof Failure) throw error;
    throw new Failure([
      `The task goes on, but AWS no longer tells how: ${wordsOf(error)}`,
      `→ To stop it: ${stopCommand(taskArn, oneOff)}`,
    ]);
  }
}

async function untilItsEnd(taskArn: string, log: TaskLog, followed: Followed): Promise<number> {
  const { oneOff, clients, terminal } = followed;
  const { service, config, minutes } = oneOff;
  const ends = performance.now() + minutes * 60_000;
  for (;;) {
    if (terminal.signal.aborted) return await interrupted(taskArn, followed);
    if (performance.now() >= ends) return await overdue(taskArn, log, followed);
    await log.read();
    const task = await readTask(clients.ecs, resourceName(config), taskArn);
    const exitCode = exitCodeOf(task, service);
    if (exitCode !== undefined) {
      await lastLines(log, terminal);
      return exitCode;
    }
    if (hasStopped(task)) throw await neverRan(task, clients);
    await terminal.pause(POLL_MS);
  }
}

/** The exit code is known: a log that cannot be read must not hide it. */
async function lastLines(log: TaskLog, { pause, report }: Terminal): Promise<void> {
  try {
    await log.readToEnd(pause);
  } catch (error) {
    report(`its last lines could not be read: ${wordsOf(error)}`);
  }
}

async function interrupted(taskArn: string, followed: Followed): Promise<never> {
  await stop(taskArn, "interrupted at the terminal", followed);
  throw new Interrupted(`interrupted; the task ${lastPart(taskArn)} is being stopped`);
}

async function overdue(taskArn: string, log: TaskLog, followed: Followed): Promise<never> {
  const { oneOff, terminal } = followed;
  const limit = `${oneOff.minutes} ${oneOff.minutes === 1 ? "minute" : "minutes"}`;
  await stop(taskArn, `longer than ${limit}`, followed);
  await log.readToEnd(terminal.pause);
  throw new Failure([
    `${lastPart(taskArn)} was stopped: it took longer than ${limit}.`,
    "→ Allow it more with --minutes.",
  ]);
}

async function stop(
  task: string,
  reason: string,
  { oneOff, clients: { ecs } }: Followed,
): Promise<void> {
  const cluster = resourceName(oneOff.config);
  try {
    await ecs.send(new StopTaskCommand({ cluster, task, reason: `platform run: ${reason}` }));
  } catch (error) {
    throw new Failure([
      `The task goes on, because it could not be stopped: ${wordsOf(error)}`,
      `→ ${stopCommand(task, oneOff)}`,
    ]);
  }
}

function stopCommand(taskArn: string, { config }: OneOff): string {
  return `aws ecs stop-task --region ${config.region} --cluster ${resourceName(config)} --task ${lastPart(taskArn)}`;
}

async function neverRan(task: Task | undefined, clients: Clients): Promise<Failure> {
  const stopped = task && (await describeStopped(task, clients));
  return new Failure(["The command never ran:", ...(stopped ? describeTask(stopped) : [])]);
}
