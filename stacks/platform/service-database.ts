import { DataAwsEcrImage } from "@cdktf/provider-aws/lib/data-aws-ecr-image";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { type ITerraformDependable, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import type { ProbedImage } from "../images/probed-image";
import { DATABASE_SETUP } from "../../spec/images";
import { repositoryName, resourceName } from "../../spec/names";
import type { Database } from "./database";

export interface ServiceDatabaseProps {
  readonly config: Config;
  /** Name of the database and of the role that owns it. */
  readonly name: string;
  readonly cluster: Database;
}

/**
 * One service's own database and login role on the shared cluster. The password is made by Secrets
 * Manager while applying and written to its secret at once: it is in no state and no plan, and the
 * platform's setup container gives it to the role when a task starts. All of it follows the database's
 * name, so that a renamed service which keeps the database keeps the password, which old tasks use, too.
 *
 * @see https://developer.hashicorp.com/terraform/language/resources/ephemeral
 */
export class ServiceDatabase extends Construct {
  readonly host: string;
  readonly port: number;
  /** Name of the database and of the role that owns it. */
  readonly name: string;
  /** Secret with the role's `username` and `password`. */
  readonly secretArn: string;
  /** Secret of the cluster's master user, for the setup container alone. */
  readonly masterSecretArn: string;
  readonly setupImage: ProbedImage;
  /** What must exist before a task starts. */
  readonly needed: ITerraformDependable[];

  constructor(props: ServiceDatabaseProps) {
    const { config, name, cluster } = props;
    super(cluster.services, name);
    this.setupImage = cluster.setupImage;
    this.host = cluster.host;
    this.port = cluster.port;
    this.name = name;
    this.masterSecretArn = cluster.masterSecretArn;

    const secret = new SecretsmanagerSecret(this, "secret", {
      name: resourceName(config, name.replaceAll("_", "-"), "database"),
      description: `Login to the database ${name}`,
      // Otherwise the name stays taken for a month after the environment has been destroyed.
      recoveryWindowInDays: 0,
    });
    this.secretArn = secret.arn;
    const login = new SecretsmanagerSecretVersion(this, "login", {
      secretId: secret.id,
      // Not with `Fn.jsonencode`: it would escape the reference and make its text the password.
      secretStringWo: JSON.stringify({ username: this.name, password: this.newPassword(name) }),
      // Written once: a new password on each deploy would lock out the tasks that run.
      secretStringWoVersion: 1,
    });
    const pushed = new DataAwsEcrImage(this, "pushed-setup", {
      repositoryName: repositoryName(config, DATABASE_SETUP),
      imageDigest: cluster.setupImage.digest,
    });
    this.needed = [pushed, login, cluster.writer];
  }

  /** cdktf 0.21 has no ephemeral resources of its own; Terraform takes them in JSON all the same. */
  private newPassword(name: string): string {
    const id = `${name}-password`;
    TerraformStack.of(this).addOverride(`ephemeral.aws_secretsmanager_random_password.${id}`, {
      password_length: 40,
      exclude_punctuation: true,
    });
    return `\${ephemeral.aws_secretsmanager_random_password.${id}.random_password}`;
  }
}
