import type { Command } from "commander";

/** Adds the argument of a command that Terraform runs for one image. */
export function withImage(command: Command): Command {
  return command.argument("<image>", "its name: a service, or an image of the platform");
}

/** Adds the arguments of a command on the signature of one image. */
export function withPushedImage(command: Command): Command {
  return withImage(command).argument("<reference>", "where it is: HOST/REPOSITORY@sha256:…");
}
