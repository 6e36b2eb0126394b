import type { Command } from "commander";
import { loadBalancerUrl } from "../operations/environments/load-balancer-url";
import { serviceUrls } from "../operations/environments/service-urls";
import { createClients } from "../operations/target/clients";
import { browserProgram, openBrowser } from "../operations/terminal/browser";
import { Refusal } from "../operations/terminal/refusal";
import { environment, readConfig } from "../project";
import { type Services, specOf } from "../spec/service/spec";
import { variablesOf, withEnvironment } from "./environment-argument";
import { requireServices } from "./service-argument";

interface OpenOptions {
  readonly service?: string;
}

export function openEnvironment(command: Command): void {
  withEnvironment(command)
    .description(
      "Prints the URL of an environment and of each of its services, and opens it in the browser if the " +
        'output is a terminal with a desktop. On the local AWS: eval "$(npx platform env)" first.',
    )
    .option("--service <name>", "print and open the URL of this service alone")
    .addHelpText(
      "after",
      "\nExit codes: 0 the URL is printed, 1 refused: not deployed, or no service with a public path.",
    )
    .action(openIn);
}

async function openIn(named: string | undefined, { service }: OpenOptions): Promise<void> {
  const { config, services, problems } = readConfig({ ...environment, ...variablesOf(named) });
  if (problems.length > 0)
    throw new Refusal(problems.join("\n"), "Correct the above and run the command again.");
  const path = service === undefined ? "" : publicPath(service, services);
  const url = await loadBalancerUrl(
    config,
    createClients({ region: config.region, maxAttempts: 3 }),
  );
  console.log(url + path);
  if (service === undefined) console.log(serviceUrls(config, services, url).join("\n"));
  const isTerminal = process.stdout.isTTY;
  const program = browserProgram({ isTerminal, platform: process.platform, environment });
  if (program && !(await openBrowser(program, url + path)))
    console.error(`${program} could not open it.`);
}

/** @throws Refusal for a service that the load balancer does not serve */
function publicPath(service: string, services: Services): string {
  requireServices([service], services);
  const { path } = specOf(service, services);
  if (path !== undefined) return path;
  const known = Object.keys(services).filter((name) => specOf(name, services).path !== undefined);
  throw new Refusal(
    `${service} has no path at the load balancer: only its callers inside the platform reach it.`,
    known.length > 0 ? `Services with a path: ${known.join(", ")}` : "No service has a path.",
  );
}
