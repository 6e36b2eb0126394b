import { type Break, add, container, set } from "./broken";

export const TASKS: Readonly<Record<string, readonly Break[]>> = {
  "Every container writes a log, and every log is kept for a stated number of days": [
    {
      change: container((each) => delete each["logConfiguration"]),
      says: "writes to no log group of the stack",
      where: "aws_ecs_task_definition.services_private",
    },
    {
      change: set("aws_cloudwatch_log_group", { retention_in_days: 0 }, "private"),
      says: "kept for ever",
      where: "aws_cloudwatch_log_group.services_private_task_log",
    },
  ],
  "A deployment that does not become healthy is rolled back, while the previous tasks serve": [
    {
      change: set("aws_ecs_service", { deployment_circuit_breaker: { enable: true } }, "private"),
      says: "no circuit breaker that rolls back",
      where: "aws_ecs_service.services_private",
    },
    {
      change: set("aws_ecs_service", { deployment_minimum_healthy_percent: 50 }, "private"),
      says: "stops tasks before new ones are healthy",
      where: "aws_ecs_service.services_private",
    },
    {
      change: set("aws_ecs_service", { wait_for_steady_state: false }, "private"),
      says: "does not wait",
      where: "aws_ecs_service.services_private",
    },
  ],
  "A container cannot change its image, and shares nothing of its host": [
    {
      change: container((each) => (each["readonlyRootFilesystem"] = false)),
      says: "can write to its image's files unannounced",
      where: "aws_ecs_task_definition.services_private",
    },
    {
      // The setup of the database is the platform's, also in the task of a service that may write.
      change: container((each) => (each["readonlyRootFilesystem"] = false), "writer"),
      says: "the container database-setup can write to its image's files unannounced",
      where: "aws_ecs_task_definition.services_writer",
    },
    {
      change: container((each) => (each["privileged"] = true)),
      says: "is privileged",
      where: "aws_ecs_task_definition.services_private",
    },
    {
      change: set("aws_ecs_task_definition", { network_mode: "host" }, "private"),
      says: "network mode is host",
      where: "aws_ecs_task_definition.services_private",
    },
    {
      change: set("aws_ecs_task_definition", { pid_mode: "host" }, "private"),
      says: "sees the processes of its host",
      where: "aws_ecs_task_definition.services_private",
    },
  ],
  "No secret is in a task definition or a state": [
    {
      change: container((each) => (each["environment"] = [{ name: "STRIPE_API_KEY", value: "x" }])),
      says: "has STRIPE_API_KEY in plain text",
      where: "aws_ecs_task_definition.services_private",
    },
    {
      change: container(
        (each) => (each["environment"] = [{ name: "QUEUE", value: "amqp://app:pw@queue:5672" }]),
      ),
      says: "has QUEUE in plain text",
      where: "aws_ecs_task_definition.services_private",
    },
    {
      change: set("aws_secretsmanager_secret_version", { secret_string: "x" }),
      says: "keeps its secret_string",
      where: "aws_secretsmanager_secret_version.database_services_private_login",
    },
    {
      change: add("aws_ssm_parameter", { type: "SecureString", value: "x" }),
      says: "keeps its value",
      where: "aws_ssm_parameter.added",
    },
  ],
};
