import type { Config } from "../../spec/config";
import { readSecretArn, secretArnProblem } from "../../spec/service/secret-arn";
import { taskSecrets } from "../../spec/service/secrets";
import type { Services } from "../../spec/service/spec";
import type { Arn } from "./permissions/grant";

/**
 * The parameters and secrets that the catalogue names by their ARNs, as IAM names them, in one order
 * whatever the catalogue's. Those with mistakes are left out: a deployment refuses them.
 */
export function catalogueSecrets(services: Services, config: Config): Arn[] {
  const arns = Object.entries(services)
    .flatMap(([service, spec]) => taskSecrets(service, spec, config))
    .flatMap((source) => ("arn" in source ? source.arn : []))
    .filter((arn) => secretArnProblem(arn) === undefined);
  return [...new Set(arns.map((arn) => readSecretArn(arn).resource))].sort();
}
