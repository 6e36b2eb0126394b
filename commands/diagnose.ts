import type { Command } from "commander";
import { findings, isWell } from "../operations/diagnosis/findings";
import { type JobDiagnosis, diagnoseJob } from "../operations/diagnosis/job-diagnosis";
import { isJobWell, jobFindings } from "../operations/diagnosis/job-findings";
import { type ServiceDiagnosis, diagnoseService } from "../operations/diagnosis/service-diagnosis";
import { wordsOf } from "../operations/target/aws-error";
import { createClients } from "../operations/target/clients";
import { kindOf } from "../spec/service/kinds";
import { specOf } from "../spec/service/spec";
import { REFUSED, environment, readConfig } from "../project";
import { variablesOf, withEnvironment } from "./environment-argument";
import { unknownServices } from "./service-argument";

interface DiagnoseOptions {
  readonly json?: boolean;
}

export function diagnose(command: Command): void {
  withEnvironment(command)
    .description(
      "Shows the state of an environment's services and jobs and why any of them is not well, the cause " +
        "first. Reads only.",
    )
    .argument("[service...]", "services of the catalogue (default: all)")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExit codes: 0 all are well, 1 one is not or may not be, 2 a mistake in the arguments or settings.",
    )
    .action(
      async (named: string | undefined, wanted: readonly string[], options: DiagnoseOptions) => {
        process.exitCode = await examine(variablesOf(named), wanted, options);
      },
    );
}

async function examine(
  variables: Readonly<Record<string, string>>,
  wanted: readonly string[],
  { json = false }: DiagnoseOptions,
): Promise<number> {
  const { config, services, problems } = readConfig({ ...environment, ...variables });
  const known = Object.keys(services);
  problems.push(...unknownServices(wanted, services));
  if (problems.length > 0) {
    console.error(problems.join("\n"));
    return REFUSED;
  }
  const clients = createClients({ region: config.region, maxAttempts: 3 });
  try {
    const examined = await Promise.all(
      (wanted.length > 0 ? wanted : known).map(async (service) =>
        kindOf(specOf(service, services)) === "job"
          ? ofJob(await diagnoseJob(service, config, clients))
          : ofService(await diagnoseService(service, { config, services }, clients)),
      ),
    );
    const facts = examined.map(({ diagnosis }) => diagnosis);
    const text = json
      ? JSON.stringify(facts, undefined, 2)
      : examined.flatMap(({ lines }) => lines).join("\n");
    console.log(text);
    return examined.every(({ well }) => well) ? 0 : 1;
  } catch (error) {
    console.error(
      `AWS could not be queried: ${wordsOf(error)}\n→ Check the credentials and the region.`,
    );
    return 1;
  }
}

function ofService(diagnosis: ServiceDiagnosis) {
  return { diagnosis, lines: findings(diagnosis), well: isWell(diagnosis) };
}

function ofJob(diagnosis: JobDiagnosis) {
  return { diagnosis, lines: jobFindings(diagnosis), well: isJobWell(diagnosis) };
}
