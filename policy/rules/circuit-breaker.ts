import { type Rule, breach } from "../rule";
import { blocks, resourcesOf } from "../stack";

export const circuitBreaker: Rule = {
  promise:
    "A deployment that does not become healthy is rolled back, while the previous tasks serve",
  fix: "set deploymentCircuitBreaker to { enable: true, rollback: true }, deploymentMinimumHealthyPercent to 100 and waitForSteadyState to true",
  breaches: ({ stacks }) =>
    resourcesOf(stacks, "aws_ecs_service").flatMap((service) => {
      const {
        deployment_circuit_breaker: breaker,
        deployment_minimum_healthy_percent: healthy,
        wait_for_steady_state: waits,
      } = service.block;
      const rollsBack = blocks(breaker).some(
        ({ enable, rollback }) => enable === true && rollback === true,
      );
      return [
        ...(rollsBack ? [] : ["it has no circuit breaker that rolls back"]),
        ...(Number(healthy) >= 100 ? [] : ["it stops tasks before new ones are healthy"]),
        ...(waits === true ? [] : ["Terraform does not wait until its deployment is complete"]),
      ].map((found) => breach(service, found));
    }),
};
