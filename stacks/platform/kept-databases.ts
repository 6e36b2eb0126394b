import { DataAwsSecretsmanagerSecrets } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secrets";
import type { Construct } from "constructs";
import type { Config } from "../../spec/config";
import { databaseSecretName } from "../../spec/names";
import { databaseOwners } from "../../spec/service/database-name";
import type { Services } from "../../spec/service/spec";

/**
 * Refuses a plan that takes its database from a service, by a rename or a removal: the login would be
 * deleted and the service's successor would start with an empty database; without any database the
 * cluster itself would go. `prevent_destroy` cannot refuse that, because it leaves the plan together with
 * its resource. The existing logins are read from Secrets Manager, so this holds for plain Terraform too.
 *
 * @see https://developer.hashicorp.com/terraform/language/expressions/custom-conditions
 */
export function keepDatabases(scope: Construct, config: Config, services: Services): void {
  const used = [...databaseOwners(services).keys()];
  // The cluster goes with its last database, which no option allows.
  const left = used.length > 0 ? config.leftDatabases : [];
  const kept = [...used, ...left].map((database) => databaseSecretName(config, database));
  const [beginning = "", ending = ""] = databaseSecretName(config, "*").split("*");
  const own = `can(regex("^${beginning}[a-z0-9-]+${ending}$", name))`;
  const lost = `[for name in self.names : name if ${own} && !contains(${JSON.stringify(kept)}, name)]`;
  new DataAwsSecretsmanagerSecrets(scope, "database-logins", {
    // Secrets Manager compares the beginnings of names.
    filter: [{ name: "name", values: [beginning] }],
    lifecycle: {
      postcondition: [
        {
          condition: `\${length(${lost}) == 0}`,
          errorMessage: `${config.suffix} is protected, and no service has the database of \${join(", ", ${lost})} any more. Nothing was changed in this stack. docs/protection.md says how to keep it or to leave it on purpose.`,
        },
      ],
    },
  });
}
