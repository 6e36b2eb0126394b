import { type Deployment, DescribeServicesCommand, type ECSClient } from "@aws-sdk/client-ecs";
import { setTimeout as sleep } from "node:timers/promises";
import { LONGEST_DEPLOYMENT_MINUTES, ROLLOUT_POLL_SECONDS } from "../../spec/limits";
import { resourceName } from "../../spec/names";
import { runningServices } from "../../spec/service/kinds";
import type { Report } from "../terminal/refusal";
import { constructName } from "../terraform/construct-name";
import { readableAddress } from "../terraform/stack-progress";
import type { Target } from "../target/target";
import { StackFailure, type Watch } from "../terraform/terraform-stack";

/** The maximum number of services per ECS request. */
const SERVICES_AT_ONCE = 10;

/**
 * Watches ECS while Terraform waits for it. A failed update is rolled back, which ends Terraform's
 * wait. A first deployment has nothing to roll back to: ECS gives up on it and reports that, but the
 * AWS provider would wait until it times out.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export class RolloutWatch implements Watch {
  private readonly before = new Set<string>();
  private readonly givenUp = new Map<string, string>();
  private readonly stopped = new AbortController();

  constructor(
    private readonly target: Pick<Target, "config" | "services" | "clients" | "signal">,
  ) {}

  /** Polls every few seconds until `stop`. Deployments that had failed before do not count. */
  async start(): Promise<void> {
    for (const { id } of await this.primaries()) this.before.add(id);
    void this.look();
  }

  stop(): void {
    this.stopped.abort();
  }

  hopeless(underWay: readonly string[]): string | undefined {
    const reasons = underWay.map((address) => this.givenUp.get(readableAddress(address).name));
    if (reasons.length === 0 || reasons.includes(undefined)) return undefined;
    return reasons.join("\n");
  }

  /**
   * Waits until ECS reports every service's deployment as complete: Terraform only counts tasks, while
   * ECS also checks their health at the load balancer.
   *
   * @throws StackFailure when one fails or is not complete within `LONGEST_DEPLOYMENT_MINUTES`
   */
  async untilCompleted(report: Report): Promise<void> {
    const { signal } = this.target;
    const ends = Date.now() + LONGEST_DEPLOYMENT_MINUTES * 60_000;
    for (;;) {
      signal.throwIfAborted();
      const states = new Map((await this.primaries()).map((each) => [each.service, each]));
      const open = this.services().filter(
        (service) => states.get(service)?.rolloutState !== "COMPLETED",
      );
      if (open.length === 0) return;
      const lost = open.filter((service) => states.get(service)?.rolloutState === "FAILED");
      if (lost.length > 0 || Date.now() > ends) {
        throw new StackFailure(
          "platform",
          (lost.length > 0 ? lost : open).map((service) => {
            const { rolloutState, rolloutStateReason } = states.get(service) ?? {};
            return `${service}: its deployment is ${rolloutState ?? "unknown"}: ${rolloutStateReason ?? "ECS does not answer"}`;
          }),
        );
      }
      report(`waiting for ${open.join(", ")} to become healthy`);
      await sleep(ROLLOUT_POLL_SECONDS * 1000);
    }
  }

  private async look(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      for (const { service, id, rolloutState, rolloutStateReason } of await this.primaries()) {
        if (rolloutState !== "FAILED" || this.before.has(id)) continue;
        this.givenUp.set(
          constructName("services", service, "service"),
          `${service}: ECS has given up on its first deployment: ${rolloutStateReason ?? "no reason given"}`,
        );
      }
      await sleep(ROLLOUT_POLL_SECONDS * 1000, undefined, { signal }).catch(() => undefined);
    }
  }

  /** What ECS keeps running. */
  private services(): string[] {
    return runningServices(this.target.services).map(([name]) => name);
  }

  /** Each service's primary deployment; none for a service unknown to ECS. */
  private async primaries(): Promise<PrimaryDeployment[]> {
    const { clients, config } = this.target;
    const names = this.services();
    const found: PrimaryDeployment[] = [];
    for (let start = 0; start < names.length; start += SERVICES_AT_ONCE) {
      const some = names.slice(start, start + SERVICES_AT_ONCE);
      const deployments = await describe(
        clients.ecs,
        resourceName(config),
        some.map((name) => resourceName(config, name)),
      );
      for (const service of some) {
        const primary = deployments.get(resourceName(config, service));
        if (primary) found.push({ ...primary, service, id: primary.id ?? "" });
      }
    }
    return found;
  }
}

interface PrimaryDeployment extends Deployment {
  readonly service: string;
  readonly id: string;
}

/** Terraform reports an unreachable ECS; here an error only means that nothing is known. */
async function describe(
  ecs: ECSClient,
  cluster: string,
  services: readonly string[],
): Promise<Map<string, Deployment | undefined>> {
  try {
    const { services: found = [] } = await ecs.send(
      new DescribeServicesCommand({ cluster, services: [...services] }),
    );
    return new Map(
      found.map(({ serviceName = "", deployments = [] }) => [
        serviceName,
        deployments.find(({ status }) => status === "PRIMARY"),
      ]),
    );
  } catch {
    return new Map();
  }
}
