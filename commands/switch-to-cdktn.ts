import type { Command } from "commander";
import { switchProject } from "../tools/cdktn/switch";

export function switchToCdktn(command: Command): void {
  command
    .description(
      "Moves the project from the archived cdktf to its successor cdktn. Writes files of the working " +
        "tree only: installs nothing and touches no state. Run again, it changes nothing.",
    )
    .action(switchProject);
}
