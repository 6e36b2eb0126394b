import type { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import type { Services } from "../../spec/service/spec";
import type { Addition, Additions } from "./addition";
import { takenNames } from "./addition-names";
import { type Allowed, additionProblems, allowProblems, wordProblems } from "./addition-problems";
import { refuseAdditions } from "./additions-refusal";
import type { Network } from "./network";
import type { SecurityGroups } from "./security-groups";

export interface AddedConstructsProps {
  readonly config: Config;
  readonly services: Services;
  readonly network: Network;
  readonly securityGroups: SecurityGroups;
  readonly additions: Additions;
}

/**
 * The team's own constructs, of additions.ts, and what each service gets of them.
 *
 * @throws AdditionsRefusal
 */
export class AddedConstructs extends Construct {
  private readonly given: Readonly<Record<string, Addition>>;

  constructor(
    private readonly stack: TerraformStack,
    id: string,
    { config, services, network, securityGroups, additions }: AddedConstructsProps,
  ) {
    super(stack, id);
    const allowed: Allowed[] = [];
    const words: string[] = [];
    this.given = additions({
      scope: this,
      config,
      vpcId: network.vpc.id,
      privateSubnetIds: network.privateSubnets.map((subnet) => subnet.id),
      resourceName: (...parts) => {
        words.push(...parts);
        return resourceName(config, ...parts);
      },
      allow: (service, to, port) => {
        allowed.push({ service, to, port });
      },
    });
    refuseAdditions([
      ...wordProblems(words),
      ...allowProblems(allowed, this, services),
      ...additionProblems(this.given, services, config),
    ]);
    for (const { service, to, port } of allowed) securityGroups.allow(service, to, port);
  }

  /** What a service gets, nothing in most cases. */
  of(service: string): Addition {
    return Object.hasOwn(this.given, service) ? (this.given[service] ?? {}) : {};
  }

  /** To be called once the stack has all of the platform's own resources. */
  refuseTakenNames(): void {
    refuseAdditions(takenNames(this.stack, this));
  }
}
