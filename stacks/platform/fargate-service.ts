import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { Op, TerraformSelf } from "cdktf";
import { Construct } from "constructs";
import { deploymentMinutes } from "../../spec/limits";
import { limitsOf } from "../../spec/service/limits";
import { DEFAULT_SCALING, rolloutOf } from "../../spec/service/kinds";
import { namesIn } from "../../spec/service/named-list";
import { specOf } from "../../spec/service/spec";
import { resourceName } from "../../spec/names";
import { Autoscaling } from "./autoscaling";
import type { Cluster } from "./cluster";
import type { Network } from "./network";
import { rollbackMessage } from "./rollback-message";
import type { LoadBalancerRoute } from "./routes";
import type { SecurityGroups } from "./security-groups";
import type { ServiceDiscovery } from "./service-discovery";
import { TaskDefinition, type TaskDefinitionProps } from "./task-definition";

export interface FargateServiceProps extends TaskDefinitionProps {
  readonly network: Network;
  readonly cluster: Cluster;
  readonly discovery: ServiceDiscovery;
  readonly securityGroups: SecurityGroups;
  readonly alb: Lb;
  /** The route of a public service. */
  readonly route: LoadBalancerRoute | undefined;
}

/**
 * One service or worker: its tasks across the private subnets, replaced one by one without losing a request, and
 * rolled back to the last good version if the new one does not become healthy.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export class FargateService extends Construct {
  /** Finishes a change only once its new tasks are healthy. */
  readonly ecsService: EcsService;

  constructor(scope: Construct, id: string, props: FargateServiceProps) {
    super(scope, id);
    const { config, services, service, cluster } = props;
    const { scaling = DEFAULT_SCALING, receives } = specOf(service, services);
    // The first deployment starts a task also of a service that may have none: it shows that one can start.
    const desiredCount = Math.max(scaling.min, 1);
    this.ecsService = this.service(props, desiredCount, new TaskDefinition(this, "task", props));
    new Autoscaling(this, "autoscaling", {
      config,
      service,
      ecsService: this.ecsService,
      scaling,
      cluster: cluster.cluster.name,
      alb: props.alb,
      route: props.route,
      queues: namesIn(receives),
    });
  }

  private service(
    props: FargateServiceProps,
    desiredCount: number,
    task: TaskDefinition,
  ): EcsService {
    const { config, services, service, network, cluster, discovery, securityGroups, route } = props;
    const spec = specOf(service, services);
    const limit = `${deploymentMinutes(rolloutOf(spec))}m`;
    return new EcsService(this, "service", {
      name: resourceName(config, service),
      cluster: cluster.cluster.arn,
      taskDefinition: task.arn,
      // One or the other: ECS refuses a launch type with a strategy.
      ...(config.capacity === "spot"
        ? { capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }] }
        : { launchType: "FARGATE" }),
      platformVersion: "LATEST",
      desiredCount,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      // AWS changed its default; if unset, the value would differ between accounts.
      availabilityZoneRebalancing: "ENABLED",
      networkConfiguration: {
        subnets: network.privateSubnets.map(({ id }) => id),
        securityGroups: securityGroups.of(service),
        assignPublicIp: false,
      },
      ...(spec.port !== undefined && {
        serviceRegistries: { registryArn: discovery.register(service).arn },
      }),
      ...(route &&
        spec.port !== undefined && {
          loadBalancer: [
            {
              targetGroupArn: route.targetGroup.arn,
              containerName: service,
              containerPort: spec.port,
            },
          ],
          healthCheckGracePeriodSeconds: limitsOf(spec).startSeconds,
        }),
      // Counts for tasks that start from now on.
      ...(config.exec && { enableExecuteCommand: true }),
      propagateTags: "SERVICE",
      enableEcsManagedTags: true,
      waitForSteadyState: true,
      timeouts: { create: limit, update: limit, delete: limit },
      lifecycle: {
        // Autoscaling sets it after the first deployment.
        ignoreChanges: ["desired_count"],
        postcondition: [
          {
            // A rollback ends with a steady service; without this it would count as a success.
            condition: Op.eq(TerraformSelf.getString("task_definition"), task.arn),
            errorMessage: rollbackMessage(service, resourceName(config, service)),
          },
        ],
      },
      dependsOn: [
        ...task.needed,
        securityGroups.egressOf(service),
        ...securityGroups.furtherRulesOf(service),
        ...network.egress,
        ...cluster.capacity,
        ...(route ? [route.rule] : []),
      ],
    });
  }
}
