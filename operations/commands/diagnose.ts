import { services as catalogue } from "../../services";
import { readConfig } from "../../project";
import { createClients } from "../target/clients";
import { findings, isWell } from "../diagnosis/findings";
import { diagnoseService } from "../diagnosis/service-diagnosis";

/**
 * `npm run diagnose [service …] [-- --json]`: how the services of an environment are and, of one that
 * is not well, why: the cause first. Reads only. Works on AWS with the credentials of the environment,
 * and on the local AWS after `eval "$(npm run --silent env)"`. Exit code 0 if all are well, 1 if one
 * is not, 2 for a mistake in the arguments or settings.
 */
async function diagnose(args: readonly string[]): Promise<number> {
  const wanted = args.filter((argument) => argument !== "--json");
  const { config, problems } = readConfig();
  for (const service of wanted.filter((service) => !(service in catalogue))) {
    const known = Object.keys(catalogue).join(", ");
    problems.push(
      `"${service}" is not in the catalogue; there are ${known}, and the option --json`,
    );
  }
  if (problems.length > 0) {
    console.error(problems.join("\n"));
    return 2;
  }
  const services = wanted.length > 0 ? wanted : Object.keys(catalogue);
  const clients = createClients({ region: config.region, maxAttempts: 3 });
  const diagnoses = await Promise.all(
    services.map((service) => diagnoseService(service, config, clients)),
  );
  const text = args.includes("--json")
    ? JSON.stringify(diagnoses, undefined, 2)
    : diagnoses.flatMap(findings).join("\n");
  console.log(text);
  return diagnoses.every(isWell) ? 0 : 1;
}

diagnose(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    console.error(`AWS cannot be asked: ${reason}\n→ are the credentials and the region right?`);
    process.exitCode = 1;
  },
);
