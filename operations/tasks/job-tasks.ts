import { DescribeTaskDefinitionCommand, type Task } from "@aws-sdk/client-ecs";
import { type HistoryEvent, paginateGetExecutionHistory } from "@aws-sdk/client-sfn";
import { resourceName } from "../../spec/names";
import { endedTask } from "../diagnosis/ended-task";
import { type Run, readRun } from "../diagnosis/executions";
import { lastPart, logStream } from "../diagnosis/log-stream";
import { wordsOf } from "../target/aws-error";
import type { Clients } from "../target/clients";
import { list, record } from "../terraform/terraform-events";
import type { Place } from "./deployed-task";
import { TaskLog } from "./task-log";
import { hasStopped, readTask } from "./task-state";
import { untilStopped } from "./task-stop";
import type { Terminal } from "./terminal";

/** The tasks of one run, one a try, and the log of each. */
export class JobTasks {
  /** By the ARNs of the tasks, the last one last. */
  private readonly logs = new Map<string, TaskLog>();

  constructor(
    private readonly place: Place,
    private readonly clients: Clients,
    private readonly terminal: Terminal,
  ) {}

  /** Prints what they have logged since the last look. */
  async read(run: Run): Promise<void> {
    await this.find(run);
    for (const log of this.logs.values()) await log.read();
  }

  /** Prints the last lines of the last task. */
  async readToEnd(): Promise<void> {
    await [...this.logs.values()].at(-1)?.readToEnd(this.terminal.pause);
  }

  /**
   * Waits until each task of a run that was stopped has stopped too, and prints its log: the run may have
   * started one since the last look.
   *
   * @returns what became of them; nothing if the run has started none
   */
  async untilStopped(executionArn: string): Promise<string> {
    try {
      await this.find(await readRun({ executionArn }, this.clients));
      const waited = await this.stopping();
      const ends = await Promise.all(waited.map(async (each) => this.endOf(each)));
      if (ends.length < 2) return ends.map((end) => `, and its task ${end}`).join("");
      const named = ends.map((end, index) => `${lastPart(waited[index]?.taskArn)} ${end}`);
      return `, and of its tasks ${named.join(", ")}`;
    } catch (error) {
      return `, but AWS no longer tells of its tasks: ${wordsOf(error)}`;
    }
  }

  private async find(run: Run): Promise<void> {
    for (const task of await tasksOf(run, this.clients)) {
      const { taskArn = "unknown" } = task;
      if (!this.logs.has(taskArn)) this.logs.set(taskArn, await this.logOf(task));
    }
  }

  /** The last task, which ECS may not list yet, and those of earlier tries that go on. */
  private async stopping() {
    const found: { readonly taskArn: string; readonly log: TaskLog }[] = [];
    const last = [...this.logs.keys()].at(-1);
    for (const [taskArn, log] of this.logs) {
      if (taskArn === last || (await this.goesOn(taskArn))) found.push({ taskArn, log });
    }
    return found;
  }

  /** ECS lists no task an hour after its end. */
  private async goesOn(taskArn: string): Promise<boolean> {
    const task = await readTask(this.clients.ecs, resourceName(this.place.config), taskArn);
    return task !== undefined && !hasStopped(task);
  }

  private async endOf(task: { readonly taskArn: string; readonly log: TaskLog }): Promise<string> {
    const cluster = resourceName(this.place.config);
    return untilStopped({ ...task, cluster, terminal: this.terminal }, this.clients.ecs);
  }

  private async logOf({ taskArn, taskDefinitionArn }: Task): Promise<TaskLog> {
    const { print, report } = this.terminal;
    report(`Task ${lastPart(taskArn)}`);
    const { taskDefinition } = await this.clients.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinitionArn }),
    );
    const { containerDefinitions } = taskDefinition ?? {};
    const stream = logStream(containerDefinitions, this.place.service, taskArn);
    return new TaskLog(this.clients.logs, stream, print);
  }
}

/** The tasks that a run has started so far, oldest first. */
async function tasksOf(run: Run, { sfn: client }: Clients): Promise<Task[]> {
  const tasks: Task[] = [];
  const pages = paginateGetExecutionHistory({ client }, { executionArn: run.arn });
  for await (const { events = [] } of pages) tasks.push(...events.flatMap(submittedTask));
  const last = endedTask(run.output) ?? endedTask(run.cause);
  const isNew = last && !tasks.some(({ taskArn }) => taskArn === last.taskArn);
  return isNew ? [...tasks, last] : tasks;
}

/** The answer of ECS to `RunTask`, its keys in PascalCase. */
function submittedTask({ taskSubmittedEventDetails }: HistoryEvent): Task[] {
  const output: unknown = JSON.parse(taskSubmittedEventDetails?.output ?? "{}");
  return list(record(output)["Tasks"]).flatMap((task) => endedTask(JSON.stringify(task)) ?? []);
}
