import type { Command } from "commander";
import { previewSuffix } from "../spec/environment/preview-suffix";

export function suffix(command: Command): void {
  command
    .description("Prints the suffix of a branch's preview and nothing else.")
    .argument("<branch>", "a branch such as feature/login, or the number of a pull request")
    .action((branch: string) => {
      console.log(previewSuffix(branch));
    });
}
