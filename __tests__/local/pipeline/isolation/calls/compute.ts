import { type CallsOfKinds, call, listed } from "./call";

/** What runs, and how often. */
export const compute: CallsOfKinds = {
  aws_appautoscaling_policy: (value) => {
    const policy = {
      PolicyName: value("name"),
      ServiceNamespace: value("service_namespace"),
      ResourceId: value("resource_id"),
      ScalableDimension: value("scalable_dimension"),
    };
    return [
      call("application-autoscaling", "put_scaling_policy", {
        ...policy,
        PolicyType: "TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 1,
          PredefinedMetricSpecification: {
            PredefinedMetricType: "ECSServiceAverageCPUUtilization",
          },
        },
      }),
      call("application-autoscaling", "delete_scaling_policy", policy),
    ];
  },
  aws_appautoscaling_scheduled_action: (value) => {
    const action = {
      ScheduledActionName: value("name"),
      ServiceNamespace: value("service_namespace"),
      ResourceId: value("resource_id"),
      ScalableDimension: value("scalable_dimension"),
    };
    return [
      call("application-autoscaling", "put_scheduled_action", {
        ...action,
        Schedule: "at(2099-12-24T18:00:00)",
        ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 0 },
      }),
      call("application-autoscaling", "delete_scheduled_action", action),
    ];
  },
  aws_appautoscaling_target: (value, claim) => {
    const target = {
      ServiceNamespace: value("service_namespace"),
      ResourceId: value("resource_id"),
      ScalableDimension: value("scalable_dimension"),
    };
    const counts = { MinCapacity: 0, MaxCapacity: 0 };
    return [
      call("application-autoscaling", "list_tags_for_resource", { ResourceARN: value("arn") }),
      call("application-autoscaling", "register_scalable_target", { ...target, ...counts }),
      call("application-autoscaling", "register_scalable_target", {
        ...target,
        ...counts,
        Tags: claim,
      }),
      call("application-autoscaling", "tag_resource", { ResourceARN: value("arn"), Tags: claim }),
      call("application-autoscaling", "deregister_scalable_target", target),
    ];
  },
  aws_ecr_lifecycle_policy: (value) => [
    call("ecr", "get_lifecycle_policy", { repositoryName: value("repository") }),
    call("ecr", "delete_lifecycle_policy", { repositoryName: value("repository") }),
  ],
  aws_ecr_repository: (value, claim) => {
    const repositoryName = value("name");
    return [
      call("ecr", "describe_images", { repositoryName }),
      call("ecr", "batch_get_image", { repositoryName, imageIds: [{ imageTag: "any" }] }),
      call("ecr", "put_image", { repositoryName, imageManifest: "{}", imageTag: "any" }),
      call("ecr", "initiate_layer_upload", { repositoryName }),
      call("ecr", "put_image_tag_mutability", { repositoryName, imageTagMutability: "MUTABLE" }),
      call("ecr", "set_repository_policy", { repositoryName, policyText: "{}" }),
      call("ecr", "tag_resource", { resourceArn: value("arn"), tags: listed(claim) }),
      call("ecr", "delete_repository", { repositoryName, force: true }),
    ];
  },
  aws_ecs_cluster: (value, claim) => {
    const cluster = value("name");
    return [
      call("ecs", "describe_clusters", { clusters: [cluster] }),
      call("ecs", "list_services", { cluster }),
      call("ecs", "list_tasks", { cluster }),
      call("ecs", "update_cluster", {
        cluster,
        settings: [{ name: "containerInsights", value: "disabled" }],
      }),
      call("ecs", "tag_resource", {
        resourceArn: value("arn"),
        tags: Object.entries(claim).map(([key, given]) => ({ key, value: given })),
      }),
      call("ecs", "create_service", { cluster, serviceName: "intruder", taskDefinition: "any:1" }),
      call("ecs", "run_task", { cluster, taskDefinition: "any:1" }),
      call("ecs", "delete_cluster", { cluster }),
    ];
  },
  aws_ecs_service: (value) => {
    const service = value("name");
    const cluster = value("cluster");
    return [
      call("ecs", "describe_services", { cluster, services: [service] }),
      call("ecs", "update_service", { cluster, service, desiredCount: 0 }),
      call("ecs", "delete_service", { cluster, service, force: true }),
    ];
  },
  aws_ecs_task_definition: (value) => [
    call("ecs", "register_task_definition", {
      family: value("family"),
      containerDefinitions: [{ name: "web", image: "web" }],
    }),
  ],
  aws_scheduler_schedule: (value) => {
    const schedule = { Name: value("name"), GroupName: value("group_name") };
    return [
      call("scheduler", "get_schedule", schedule),
      call("scheduler", "update_schedule", {
        ...schedule,
        ScheduleExpression: "rate(1 minutes)",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: value("target.0.arn"), RoleArn: value("target.0.role_arn") },
      }),
      call("scheduler", "delete_schedule", schedule),
    ];
  },
  aws_sfn_state_machine: (value, claim) => {
    const stateMachineArn = value("arn");
    return [
      call("stepfunctions", "describe_state_machine", { stateMachineArn }),
      call("stepfunctions", "start_execution", { stateMachineArn }),
      call("stepfunctions", "update_state_machine", {
        stateMachineArn,
        definition: '{"StartAt":"End","States":{"End":{"Type":"Succeed"}}}',
      }),
      call("stepfunctions", "tag_resource", {
        resourceArn: stateMachineArn,
        tags: Object.entries(claim).map(([key, given]) => ({ key, value: given })),
      }),
      call("stepfunctions", "delete_state_machine", { stateMachineArn }),
    ];
  },
};
