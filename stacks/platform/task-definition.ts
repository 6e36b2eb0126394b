import {
  CloudwatchLogGroup,
  type CloudwatchLogGroupConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsEcrImage } from "@cdktf/provider-aws/lib/data-aws-ecr-image";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { databaseName } from "../../spec/service/database-name";
import { sidecarImage } from "../../spec/service/sidecars";
import { type Services, specOf } from "../../spec/service/spec";
import { sessionStatements } from "../../spec/service/task-statements";
import type { Config } from "../../spec/config";
import type { ProbedImage } from "../images/probed-image";
import { READY } from "../../spec/images";
import { logGroupPrefix, repositoryName, resourceName } from "../../spec/names";
import type { Addition } from "./addition";
import { clashes } from "./addition-problems";
import { refuseAdditions } from "./additions-refusal";
import { logDays } from "./log-days";
import { accountOf } from "./account";
import { containerDefinitions } from "./container-definitions";
import type { Database } from "./database";
import type { IdentityProvider } from "./identity";
import { ServiceDatabase } from "./service-database";
import { secretResources } from "./service-secrets";
import { type Stores, edgesOf } from "./task-edges";
import { TaskRoles, grantedBy } from "./task-roles";

export interface TaskDefinitionProps extends Stores {
  readonly config: Config;
  readonly services: Services;
  readonly service: string;
  readonly image: ProbedImage;
  /** The platform's `ready` image. */
  readonly ready: ProbedImage;
  /** The images of its sidecars, by their names. */
  readonly sidecars: ReadonlyMap<string, ProbedImage>;
  readonly identity: IdentityProvider;
  /** The cluster, for a service with `database`. */
  readonly database: Database | undefined;
  /** What additions.ts gives to the service. */
  readonly addition: Addition;
}

/**
 * The definition of a service's task: its image by digest, its log, its roles and its own database. A
 * new image or setting creates a new revision.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
 */
export class TaskDefinition extends Construct {
  readonly arn: string;
  readonly roles: TaskRoles;
  /** Dependencies of a task. */
  readonly needed: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: TaskDefinitionProps) {
    super(scope, id);
    const { config, services, service, image, ready, sidecars, identity, addition } = props;
    const spec = specOf(service, services);
    const { size } = spec;
    const logGroup = this.log("log", service, config);
    const beside = [...sidecars].map(([sidecar, image]) => {
      return {
        sidecar,
        image,
        log: this.log(`log-${sidecar}`, sidecarImage(service, sidecar), config, {
          // Of one that leaves, it goes after the service has changed: until then its tasks write to it.
          lifecycle: { createBeforeDestroy: true },
        }),
      };
    });
    const name = databaseName(service, spec);
    const database =
      name !== undefined && props.database
        ? new ServiceDatabase({ config, name, cluster: props.database })
        : undefined;
    const edges = edgesOf(spec, props);
    // Nobody waits for a job to be healthy.
    const waited = spec.schedule === undefined ? [ready] : [];
    const images = [image, ...waited, ...(database ? [database.setupImage] : [])];
    const repositoryArns = images.map(({ repositoryArn }) => repositoryArn);
    const secrets = secretResources(service, services, config, accountOf(repositoryArns));
    const logins = database ? [database.secretArn, database.masterSecretArn] : [];
    const roles = new TaskRoles(this, "roles", {
      config,
      service,
      repositoryArns,
      logGroup,
      runsOn: spec.schedule === undefined,
      secretArns: [...logins, ...secrets.secretArns],
      parameterArns: secrets.parameterArns,
      permissions: [
        ...edges.permissions,
        ...grantedBy(spec.permissions, "Permission"),
        ...grantedBy(addition.permissions, "Addition"),
        ...(config.exec && spec.schedule === undefined
          ? sessionStatements(
              [logGroup, ...beside.map(({ log }) => log)].map(({ arn }) => `${arn}:*`),
            )
          : []),
      ],
    });
    const containers = containerDefinitions({
      config,
      services,
      service,
      database,
      identity: identity.variables,
      edges: edges.variables,
      added: addition.environment ?? {},
      image,
      readyImage: ready,
      logGroup: logGroup.name,
      sidecars: new Map(
        beside.map(({ sidecar, image, log }) => [sidecar, { image, logGroup: log.name }]),
      ),
    });
    refuseAdditions(clashes(service, addition.environment ?? {}, containers));
    const revision = new EcsTaskDefinition(this, "revision", {
      family: resourceName(config, service),
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(size.cpu),
      memory: String(size.memory),
      runtimePlatform: { cpuArchitecture: config.architecture, operatingSystemFamily: "LINUX" },
      executionRoleArn: roles.execution.arn,
      taskRoleArn: roles.task.arn,
      containerDefinitions: JSON.stringify(containers),
      // On replacement Terraform would deregister the serving revision before the new one is healthy,
      // but ECS can roll back only to an ACTIVE revision. `create_before_destroy` would spread to every
      // dependency of a task, including Aurora, whose fixed names allow no replacement beside the old.
      // Unused revisions are deregistered after a deployment, and with the environment.
      skipDestroy: true,
    });
    this.arn = revision.arn;
    this.roles = roles;
    this.needed = [
      // Each fails the plan if the image is missing from ECR, before the service changes.
      this.pushed("pushed-image", repositoryName(config, service), image),
      ...[...sidecars].map(([name, each]) =>
        this.pushed(`pushed-${name}`, repositoryName(config, sidecarImage(service, name)), each),
      ),
      ...waited.map((each) => this.pushed("pushed-ready", repositoryName(config, READY), each)),
      roles.executionPolicy,
      ...roles.taskPolicy,
      ...edges.needed,
      ...(database?.needed ?? []),
    ];
  }

  /** One for each image, by which `registry` knows that its repository is in use. */
  private log(
    id: string,
    image: string,
    config: Config,
    rest: CloudwatchLogGroupConfig = {},
  ): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, id, {
      name: logGroupPrefix(config) + image,
      retentionInDays: logDays(config),
      ...rest,
    });
  }

  private pushed(id: string, repository: string, { digest }: ProbedImage): DataAwsEcrImage {
    return new DataAwsEcrImage(this, id, { repositoryName: repository, imageDigest: digest });
  }
}
