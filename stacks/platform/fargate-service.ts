import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsEcrImage } from "@cdktf/provider-aws/lib/data-aws-ecr-image";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { type ITerraformDependable, Op, TerraformSelf } from "cdktf";
import { Construct } from "constructs";
import { DEFAULT_SCALING, type ServiceSpec, type Services, specOf } from "../../services/spec";
import type { Config } from "../config";
import type { ServiceImage } from "../images/service-image";
import { repositoryName, resourceName } from "../names";
import { Autoscaling } from "./autoscaling";
import { type Cluster, LOG_DAYS } from "./cluster";
import { GRACE_SECONDS, containerDefinition } from "./container-definition";
import type { Database } from "./database";
import type { LoadBalancerRoute } from "./load-balancer";
import type { Network } from "./network";
import type { SecurityGroups } from "./security-groups";
import type { ServiceDiscovery } from "./service-discovery";
import { TaskRoles } from "./task-roles";

/**
 * The longest wait for a deployment. A failing one ends sooner, by the circuit breaker: three tasks
 * that each get `GRACE_SECONDS` to become healthy.
 */
const DEPLOYMENT_LIMIT = "10m";

export interface FargateServiceProps {
  readonly config: Config;
  readonly services: Services;
  readonly service: string;
  readonly image: ServiceImage;
  readonly network: Network;
  readonly cluster: Cluster;
  readonly discovery: ServiceDiscovery;
  readonly securityGroups: SecurityGroups;
  /** The cluster, for a service with `database`. */
  readonly database: Database | undefined;
  /** The route, for a public service. */
  readonly route: LoadBalancerRoute | undefined;
}

/**
 * One service: its tasks over the private subnets, replaced one after the other with no request
 * lost, put back to the last good version when the new one does not become healthy.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export class FargateService extends Construct {
  readonly ecsService: EcsService;

  constructor(scope: Construct, id: string, props: FargateServiceProps) {
    super(scope, id);
    const { config, service } = props;
    const spec = specOf(service, props.services);
    // Fails while planning when the image has gone from ECR, before the service is touched.
    const image = new DataAwsEcrImage(this, "pushed-image", {
      repositoryName: repositoryName(config, service),
      imageDigest: props.image.digest,
    });
    const logGroup = new CloudwatchLogGroup(this, "log", {
      name: `/ecs/${resourceName(config)}/${service}`,
      retentionInDays: LOG_DAYS,
    });
    const roles = new TaskRoles(this, "roles", {
      config,
      service,
      repositoryArn: props.image.repositoryArn,
      logGroup,
      secretArns: props.database ? [props.database.access.secretArn] : [],
    });
    const taskDefinition = this.taskDefinition(props, spec, roles, logGroup);
    this.ecsService = this.service(props, spec, taskDefinition, [
      image,
      roles.executionPolicy,
      ...props.securityGroups.egressOf(service),
      ...props.network.egress,
      ...(props.route ? [props.route.rule] : []),
      ...(props.database ? [props.database.writer] : []),
    ]);
    new Autoscaling(this, "autoscaling", {
      config,
      service,
      cluster: props.cluster.cluster.name,
      ecsService: this.ecsService,
      ...(spec.scaling ?? DEFAULT_SCALING),
    });
  }

  private taskDefinition(
    { config, services, service, image, database }: FargateServiceProps,
    { size }: ServiceSpec,
    roles: TaskRoles,
    logGroup: CloudwatchLogGroup,
  ): EcsTaskDefinition {
    const container = containerDefinition({
      config,
      services,
      service,
      image: image.reference,
      logGroup: logGroup.name,
      database: database?.access,
    });
    return new EcsTaskDefinition(this, "task-definition", {
      family: resourceName(config, service),
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(size.cpu),
      memory: String(size.memory),
      runtimePlatform: {
        cpuArchitecture: config.architecture,
        operatingSystemFamily: "LINUX",
      },
      executionRoleArn: roles.execution.arn,
      taskRoleArn: roles.task.arn,
      containerDefinitions: JSON.stringify([container]),
    });
  }

  private service(
    { config, service, network, cluster, discovery, securityGroups, route }: FargateServiceProps,
    spec: ServiceSpec,
    taskDefinition: EcsTaskDefinition,
    dependsOn: ITerraformDependable[],
  ): EcsService {
    const { min } = spec.scaling ?? DEFAULT_SCALING;
    return new EcsService(this, "service", {
      name: resourceName(config, service),
      cluster: cluster.cluster.arn,
      taskDefinition: taskDefinition.arn,
      launchType: "FARGATE",
      platformVersion: "LATEST",
      desiredCount: min,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      // AWS changed its default; what is not said here would differ from one account to the next.
      availabilityZoneRebalancing: "ENABLED",
      networkConfiguration: {
        subnets: network.privateSubnets.map(({ id }) => id),
        securityGroups: [securityGroups.of(service).id],
        assignPublicIp: false,
      },
      serviceRegistries: { registryArn: discovery.register(service).arn },
      ...(route && {
        loadBalancer: [
          {
            targetGroupArn: route.targetGroup.arn,
            containerName: service,
            containerPort: spec.port,
          },
        ],
        healthCheckGracePeriodSeconds: GRACE_SECONDS,
      }),
      propagateTags: "SERVICE",
      enableEcsManagedTags: true,
      waitForSteadyState: true,
      timeouts: { create: DEPLOYMENT_LIMIT, update: DEPLOYMENT_LIMIT, delete: DEPLOYMENT_LIMIT },
      lifecycle: {
        // Autoscaling decides after the first deployment.
        ignoreChanges: ["desired_count"],
        postcondition: [
          {
            // A rollback ends as a steady service; without this it would pass for a success.
            condition: Op.eq(TerraformSelf.getString("task_definition"), taskDefinition.arn),
            errorMessage: `${service} was rolled back: its new task definition never became healthy, the previous one serves. The stopped tasks of ECS service ${resourceName(config, service)} say why.`,
          },
        ],
      },
      dependsOn,
    });
  }
}
