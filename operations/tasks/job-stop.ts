import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import type { Config } from "../../spec/config";
import { wordsOf } from "../target/aws-error";
import type { Clients } from "../target/clients";
import { Failure } from "../terminal/run";
import { STARTED_BY } from "./one-off";
import { askAtInterrupt } from "./stop-request";
import type { Terminal } from "./terminal";

/** Stops a run without this command. */
export function stopCommand(executionArn: string, { region }: Config): string {
  return `aws stepfunctions stop-execution --region ${region} --execution-arn ${executionArn}`;
}

/**
 * Stops a run of a job once Ctrl-C comes; Step Functions then stops its task.
 *
 * @returns waits until Step Functions has taken the request
 */
export function stopAtInterrupt(
  executionArn: string,
  config: Config,
  { sfn }: Clients,
  terminal: Terminal,
): () => Promise<void> {
  const again = stopCommand(executionArn, config);
  const cause = "interrupted at the terminal";
  const send = async () => {
    try {
      await sfn.send(new StopExecutionCommand({ executionArn, error: STARTED_BY, cause }));
    } catch (error) {
      throw new Failure([
        `The run goes on, because it could not be stopped: ${wordsOf(error)}`,
        `→ ${again}`,
      ]);
    }
  };
  return askAtInterrupt(send, again, terminal);
}
