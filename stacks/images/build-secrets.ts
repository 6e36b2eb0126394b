import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import type { Config } from "../../spec/config";
import type { BuildSecret, BuildSource } from "../../spec/service/build";
import { leadsOut } from "../../spec/service/build-problems";
import type { Services } from "../../spec/service/spec";

/** The largest secret that BuildKit takes, in bytes. */
const LARGEST = 500 * 1024;

/**
 * The secrets that builds would not get: BuildKit takes a variable that is not set for an empty secret,
 * and the image would be wrong without an error. An environment that takes its images from another one
 * builds none. No message contains a value.
 *
 * @param env the environment of the process that builds
 */
export function secretProblems(
  { promoteFrom }: Pick<Config, "promoteFrom">,
  services: Services,
  sourceOf: (service: string) => BuildSource,
  env: Readonly<NodeJS.ProcessEnv>,
): string[] {
  if (promoteFrom) return [];
  return Object.entries(services)
    .filter(([, { build }]) => !leadsOut(build))
    .flatMap(([service]) => {
      const { project, secrets } = sourceOf(service);
      return secrets.flatMap((secret) => {
        const problem = problemWith(secret, project, env);
        return problem === undefined ? [] : [`services: ${service}.build.secrets: ${problem}`];
      });
    });
}

function problemWith(
  secret: BuildSecret,
  project: string,
  env: Readonly<NodeJS.ProcessEnv>,
): string | undefined {
  if ("file" in secret) return fileProblem(secret.file, path.join(project, secret.file));
  const { variable } = secret;
  if (env[variable]) return undefined;
  const state = env[variable] === undefined ? "is not set" : "is empty";
  return `the variable ${variable} ${state}; set it where the image is built: export ${variable}=…`;
}

function fileProblem(given: string, file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) return `the file ${given} does not exist; write it where the image is built`;
  if (!stats.isFile()) return `${given} is not a file; write the secret into one`;
  if (stats.size > LARGEST)
    return `the file ${given} has ${stats.size} bytes, and BuildKit takes at most ${LARGEST} of a secret`;
  try {
    accessSync(file, constants.R_OK);
    return undefined;
  } catch {
    return `the file ${given} cannot be read; make it readable for this user (chmod u+r)`;
  }
}
