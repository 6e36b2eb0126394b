import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsEcrImage } from "@cdktf/provider-aws/lib/data-aws-ecr-image";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { type Services, specOf } from "../../services/spec";
import type { Config } from "../config";
import type { ProbedImage } from "../images/probed-image";
import { logGroupPrefix, repositoryName, resourceName } from "../names";
import { LOG_DAYS } from "./cluster";
import { containerDefinitions } from "./container-definitions";
import type { Database } from "./database";
import { ServiceDatabase } from "./service-database";
import { TaskRoles } from "./task-roles";

export interface TaskDefinitionProps {
  readonly config: Config;
  readonly services: Services;
  readonly service: string;
  readonly image: ProbedImage;
  /** The cluster, for a service with `database`. */
  readonly database: Database | undefined;
}

/**
 * What a task of the service is: its image by digest, its log, its roles and its own database. A new
 * image or another setting makes a new revision.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
 */
export class TaskDefinition extends Construct {
  readonly arn: string;
  /** What must exist before a task can start. */
  readonly needed: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: TaskDefinitionProps) {
    super(scope, id);
    const { config, services, service, image } = props;
    const { size } = specOf(service, services);
    const logGroup = new CloudwatchLogGroup(this, "log", {
      name: logGroupPrefix(config) + service,
      retentionInDays: LOG_DAYS,
    });
    const database =
      props.database &&
      new ServiceDatabase(this, "database", { config, service, cluster: props.database });
    const roles = new TaskRoles(this, "roles", {
      config,
      service,
      repositoryArns: [image, ...(database ? [database.setupImage] : [])].map(
        ({ repositoryArn }) => repositoryArn,
      ),
      logGroup,
      secretArns: database ? [database.secretArn, database.masterSecretArn] : [],
    });
    const containers = containerDefinitions({
      ...{ config, services, service, database },
      image: image.reference,
      logGroup: logGroup.name,
    });
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
    });
    this.arn = revision.arn;
    this.needed = [this.pushed(props), roles.executionPolicy, ...(database?.needed ?? [])];
  }

  /** Fails while planning when the image has gone from ECR, before the service is touched. */
  private pushed({ config, service, image }: TaskDefinitionProps): DataAwsEcrImage {
    return new DataAwsEcrImage(this, "pushed-image", {
      repositoryName: repositoryName(config, service),
      imageDigest: image.digest,
    });
  }
}
