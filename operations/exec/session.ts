import { ExecuteCommandCommand, type Session } from "@aws-sdk/client-ecs";
import { hasName, isDenied, wordsOf } from "../target/aws-error";
import type { Clients } from "../target/clients";
import type { Report } from "../terminal/refusal";
import { Failure } from "../terminal/run";

/** The agent connects some seconds after ECS reports it as running. */
const ATTEMPTS = 4;
const PAUSE_MS = 5_000;

/** What a session is opened for. */
export interface SessionRequest {
  readonly cluster: string;
  /** The task's ID. */
  readonly task: string;
  readonly container: string;
  /** As `commandLine` makes it. */
  readonly command: string;
}

/**
 * Has ECS start the command in the container. The session that it returns holds a token: anyone who has
 * it can join the session, so it must not be printed.
 *
 * @throws Failure with AWS's reason and what to do
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommand.html
 */
export async function openSession(
  { ecs }: Pick<Clients, "ecs">,
  request: SessionRequest,
  { report, pause }: { report: Report; pause: (ms: number) => Promise<unknown> },
): Promise<Session> {
  // ECS has no other sessions.
  const command = new ExecuteCommandCommand({ ...request, interactive: true });
  for (let left = ATTEMPTS - 1; ; left--) {
    try {
      const { session } = await ecs.send(command);
      if (session) return session;
      throw new Error("its answer has no session");
    } catch (error) {
      if (left === 0 || !isTooEarly(error)) throw inWords(error);
      report(`The agent in the container is not connected; again in ${PAUSE_MS / 1000} s.`);
      await pause(PAUSE_MS);
    }
  }
}

/** ECS has one message for a task without exec and for an agent that does not run yet. */
function isTooEarly(error: unknown): boolean {
  if (hasName(error, "TargetNotConnectedException")) return true;
  return hasName(error, "InvalidParameterException") && /agent isn.t running/.test(wordsOf(error));
}

function inWords(error: unknown): Failure {
  return new Failure([`ECS has opened no session: ${wordsOf(error)}`, `→ ${fixOf(error)}`]);
}

function fixOf(error: unknown): string {
  if (isDenied(error))
    return "The caller needs ecs:ExecuteCommand, which the policy NAME-operate-ENVIRONMENT allows once npx platform setup has been run with exec: docs/operating.md.";
  if (isTooEarly(error))
    return "The agent in the container cannot reach Systems Manager, or was stopped: a deployment gives the task role its rights, and the permissions boundary of npx platform setup must allow them. docs/operating.md names both.";
  return "`npx platform doctor` checks the credentials and the region.";
}
