import { text } from "node:stream/consumers";
import { Argument, type Command } from "commander";
import { logIn, regionOfRegistry } from "../operations/images/registry-login";
import { createClients } from "../operations/target/clients";
import { chooseRegion, environment } from "../project";

/**
 * Docker's credential helper for ECR: Terraform's Docker provider runs it, and keeps nothing.
 *
 * @see https://github.com/docker/docker-credential-helpers
 */
export function registryLogin(command: Command): void {
  command
    .description(
      "Prints the caller's login to a registry in ECR, in the format of Docker's credential helpers. Its standard input is the registry's host.",
    )
    .addArgument(new Argument("<operation>", "what Docker asks for").choices(["get"]))
    .action(async () => {
      const host = (await text(process.stdin)).trim();
      const region = regionOfRegistry(host) ?? chooseRegion(environment).region;
      const { username, password } = await logIn(createClients({ region }).ecr);
      console.log(JSON.stringify({ ServerURL: host, Username: username, Secret: password }));
    });
}
