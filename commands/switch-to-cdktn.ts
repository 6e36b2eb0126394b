import type { Command } from "commander";
import { switchProject } from "../tools/cdktn/switch";

export function switchToCdktn(command: Command): void {
  command
    .description(
      "Moves the project from the archived cdktf to its successor cdktn. Changes only files in the " +
        "working tree: installs nothing and touches no state. A second run changes nothing.",
    )
    .action(switchProject);
}
