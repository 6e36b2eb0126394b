import { finished } from "node:stream/promises";
import type Docker from "dockerode";
import { wordsOf } from "../target/aws-error";
import { Failure } from "../terminal/run";

/** A terminal. Only its input must be one: what a command prints may go elsewhere. */
export interface Streams {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** What to run in which container of the engine. */
export interface EngineCommand {
  /** The ID of the container, or its beginning. */
  readonly runtimeId: string;
  readonly words: readonly string[];
}

/** As on AWS, whatever user the image has. */
const ROOT = "0";

/**
 * What the agent of ECS Exec gives a program besides the container's variables. It also sets LANG=C.UTF-8 where
 * the container has no LANG; here it would replace the container's own, so it is left out.
 */
const ENVIRONMENT = ["TERM=xterm-256color"];

/**
 * Connects the terminal to a command in a container of the local AWS, until the command ends. There is no Systems
 * Manager on this machine, and the containers are in its engine.
 *
 * @throws Failure if the engine cannot start the command, or if the connection breaks
 */
export async function connectEngine(
  docker: Docker,
  command: EngineCommand,
  { input, output }: Streams,
): Promise<void> {
  const { exec, stream } = await startCommand(docker, command);
  const resize = () => {
    if (!output.isTTY) return;
    // A command that has just ended has no terminal to resize.
    void exec.resize({ h: output.rows, w: output.columns }).catch(() => undefined);
  };
  // Each key goes to the command, Ctrl-C too.
  input.setRawMode(true);
  output.on("resize", resize);
  resize();
  stream.pipe(output, { end: false });
  input.pipe(stream);
  try {
    // The engine may close the connection for good as soon as the command has ended.
    await finished(stream, { writable: false, cleanup: true });
  } catch (error) {
    throw new Failure([
      `The connection to ${command.words[0] ?? ""} broke: ${wordsOf(error)}`,
      "→ The command may still run in the container. Run exec again to look.",
    ]);
  } finally {
    // Pauses it too: a paused input does not keep this process from ending.
    input.unpipe(stream);
    output.off("resize", resize);
    input.setRawMode(false);
  }
}

async function startCommand(docker: Docker, { runtimeId, words }: EngineCommand) {
  try {
    const exec = await docker.getContainer(runtimeId).exec({
      Cmd: [...words],
      User: ROOT,
      Env: ENVIRONMENT,
      Tty: true,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    return { exec, stream: await exec.start({ hijack: true, stdin: true, Tty: true }) };
  } catch (error) {
    throw new Failure([`The engine could not run ${words[0] ?? ""}: ${wordsOf(error)}`]);
  }
}
