import { DataAwsEcrImage } from "@cdktf/provider-aws/lib/data-aws-ecr-image";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { type ITerraformDependable, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import type { ProbedImage } from "../images/probed-image";
import { DATABASE_SETUP } from "../../spec/images";
import { loginName } from "../../spec/database/login";
import { databaseSecretName, repositoryName } from "../../spec/names";
import type { Database } from "./database";

export interface ServiceDatabaseProps {
  readonly config: Config;
  /** Name of the database and of the role that owns it. */
  readonly name: string;
  readonly cluster: Database;
}

/**
 * One service's own database on the shared cluster, the role that owns it, and the login of the period.
 * Secrets Manager generates the password during apply and Terraform writes it to the secret at once: it is
 * in no state or plan, and the platform's setup container assigns it to the login when a task starts. A
 * task definition names the secret's version, so the tasks of a rollback get the password that they had.
 * Everything is named after the database, so a renamed service that keeps its database keeps the login.
 *
 * @see https://developer.hashicorp.com/terraform/language/resources/ephemeral
 */
export class ServiceDatabase extends Construct {
  readonly host: string;
  readonly port: number;
  /** Name of the database and of the role that owns it. */
  readonly name: string;
  /** PEM text of the authorities that sign the server's certificate. */
  readonly authorities: string;
  /** Secret with the login's `username` and `password`. */
  readonly secretArn: string;
  /** The secret's version with the login of this period. */
  readonly loginVersion: string;
  /** Secret of the cluster's master user, only for the setup container. */
  readonly masterSecretArn: string;
  readonly setupImage: ProbedImage;
  /** Dependencies of a task. */
  readonly needed: ITerraformDependable[];

  constructor(props: ServiceDatabaseProps) {
    const { config, name, cluster } = props;
    super(cluster.services, name);
    this.setupImage = cluster.setupImage;
    this.host = cluster.host;
    this.port = cluster.port;
    this.authorities = cluster.authorities;
    this.name = name;
    this.masterSecretArn = cluster.masterSecretArn;

    const secret = new SecretsmanagerSecret(this, "secret", {
      name: databaseSecretName(config, name),
      description: `Login to the database ${name}`,
      // Otherwise the name stays reserved for a month after the environment is destroyed. The setup sets
      // a new password for a login that comes back, so nothing is lost with the secret.
      recoveryWindowInDays: 0,
    });
    this.secretArn = secret.arn;
    const login = new SecretsmanagerSecretVersion(this, "login", {
      secretId: secret.id,
      // Not `Fn.jsonencode`: it would escape the reference, whose text would become the password.
      secretStringWo: JSON.stringify({
        username: loginName(name, config.passwordPeriod),
        password: this.newPassword(name),
      }),
      secretStringWoVersion: config.passwordPeriod,
    });
    this.loginVersion = login.versionId;
    const pushed = new DataAwsEcrImage(this, "pushed-setup", {
      repositoryName: repositoryName(config, DATABASE_SETUP),
      imageDigest: cluster.setupImage.digest,
    });
    this.needed = [pushed, login, cluster.writer];
  }

  /** cdktf 0.21 has no ephemeral resources, but Terraform accepts them in JSON. */
  private newPassword(name: string): string {
    const id = `${name}-password`;
    TerraformStack.of(this).addOverride(`ephemeral.aws_secretsmanager_random_password.${id}`, {
      password_length: 40,
      exclude_punctuation: true,
    });
    return `\${ephemeral.aws_secretsmanager_random_password.${id}.random_password}`;
  }
}
