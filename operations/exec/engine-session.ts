import { finished } from "node:stream/promises";
import type Docker from "dockerode";
import { wordsOf } from "../target/aws-error";
import { Failure } from "../terminal/run";

/** A terminal, or what stands in for one. */
export interface Streams {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WritableStream;
}

/** What to run in which container of the engine. */
export interface EngineCommand {
  /** The ID of the container, or its beginning. */
  readonly runtimeId: string;
  readonly words: readonly string[];
}

/** As on AWS, whatever user the image has. */
const ROOT = "0";

/** What the agent of ECS Exec gives a program besides the container's variables. */
const ENVIRONMENT = ["TERM=xterm-256color"];

/**
 * Connects the streams to a command in a container of the local AWS, until the command ends. There is no Systems
 * Manager on this machine, and the containers are in its engine.
 *
 * @throws Failure if the engine cannot start the command
 */
export async function connectEngine(
  docker: Docker,
  { runtimeId, words }: EngineCommand,
  { input, output, errors }: Streams,
): Promise<void> {
  const isTerminal = input.isTTY && output.isTTY;
  const stop: (() => void)[] = [];
  try {
    const exec = await docker.getContainer(runtimeId).exec({
      Cmd: [...words],
      User: ROOT,
      Env: ENVIRONMENT,
      Tty: isTerminal,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({ hijack: true, stdin: true, Tty: isTerminal });
    if (isTerminal) {
      stop.push(...asTerminal(exec, input, output));
      stream.pipe(output, { end: false });
    } else {
      docker.modem.demuxStream(stream, output, errors);
    }
    input.pipe(stream);
    // Pauses it too: a paused input does not keep this process from ending.
    stop.push(() => void input.unpipe(stream));
    // The engine may close the connection for good as soon as the command has ended.
    await finished(stream, { writable: false, cleanup: true });
  } catch (error) {
    throw new Failure([`The engine could not run ${words[0] ?? ""}: ${wordsOf(error)}`]);
  } finally {
    for (const each of stop) each();
  }
}

/** Each key goes to the command, Ctrl-C too, which knows the size of the terminal. */
function asTerminal(
  exec: Docker.Exec,
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): (() => void)[] {
  const resize = () => {
    // A command that has just ended has no terminal to resize.
    void exec.resize({ h: output.rows, w: output.columns }).catch(() => undefined);
  };
  input.setRawMode(true);
  output.on("resize", resize);
  resize();
  return [() => void input.setRawMode(false), () => void output.off("resize", resize)];
}
