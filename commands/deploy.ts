import type { Command } from "commander";
import { readApproval, requireOwnRuns } from "../operations/approval/approval";
import { deployStacks } from "../operations/deployment/deploy-stacks";
import { addressSentence, callersSentence } from "../operations/environments/address";
import { serviceUrls } from "../operations/environments/service-urls";
import { readTarget } from "../operations/target/target";
import { stopOnInterrupt } from "../operations/terminal/interruption";
import { closing } from "../operations/terminal/closing";
import { synthesize } from "../operations/terraform/synthesis";
import { readOutputs } from "../operations/terraform/terraform-stack";
import { variablesOf, withEnvironment } from "./environment-argument";

interface DeployOptions {
  readonly leaveDatabase?: readonly string[];
  readonly plan?: string;
}

export function deploy(command: Command): void {
  withEnvironment(command)
    .description(
      "Deploys an environment: runs the checks of doctor, applies the three stacks in their safe " +
        "order, and explains why a service does not become healthy. Deploys to " +
        'AWS, or to the local AWS after eval "$(npx platform env)".',
    )
    .option(
      "--leave-database <name...>",
      "databases that their services lose in a protected environment; they stay on the cluster",
    )
    .option("--plan <folder>", "deploy what plan --out wrote there, and refuse anything else")
    .addHelpText("after", "\nExit codes: 0 everything planned is running, 1 something is not.")
    .action(deployEnvironment);
}

async function deployEnvironment(
  environment: string | undefined,
  { leaveDatabase = [], plan }: DeployOptions,
): Promise<void> {
  const target = readTarget(stopOnInterrupt(), {
    ...variablesOf(environment),
    ...(leaveDatabase.length > 0 && { PLATFORM_LEFT_DATABASES: leaveDatabase.join(",") }),
  });
  const { config, services } = target;
  if (plan !== undefined) requireOwnRuns(config);
  const approval = plan === undefined ? undefined : readApproval(plan, config, new Date());
  await synthesize(target);
  await deployStacks(target, approval);
  const { url } = await readOutputs("platform", { ...target, report: () => undefined });
  const next = `npx platform diagnose ${config.suffix}`;
  console.log([...serviceUrls(config, services, String(url)), ""].join("\n"));
  console.log(addressSentence(config, String(url)));
  console.log(callersSentence(config));
  console.log(closing(next));
}
