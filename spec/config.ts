import type { Backend } from "./variables/backend-settings";
import type { Domain } from "./environment/domain";
import type { DatabaseCapacity, Promotion } from "./environment/settings";
import type { Placed } from "./names";

/** Where this environment runs and how it is named; the same for all three stacks. */
export interface Config extends Placed {
  /** How many availability zones carry subnets: 2 to 4. */
  readonly availabilityZones: number;
  /** The VPC's IPv4 range, a /16. */
  readonly cidr: string;
  /** A NAT gateway in each zone, or one that all zones share: cheaper, and lost with its zone. */
  readonly natGateways: "one-per-zone" | "shared";
  /** What images are built for and tasks run on. */
  readonly architecture: "X86_64" | "ARM64";
  /** What Aurora scales between. */
  readonly database: DatabaseCapacity;
  /** What tasks run on: Spot is cheaper, and AWS may take a task back. */
  readonly capacity: "on-demand" | "spot";
  /** From a preview's last deployment until it may be destroyed. @default for ever */
  readonly lifetimeHours: number | undefined;
  /** Where the platform answers over HTTPS. @default plain HTTP at the load balancer's own address */
  readonly domain: Domain | undefined;
  /** Registry that stands in for ECR's own address, as `http://host:port`. @default ECR's address */
  readonly registry: string | undefined;
  /** Where Terraform keeps the states. */
  readonly backend: Backend;
  /**
   * Repositories of services that have left the catalogue and may still run. `npx platform deploy` sets
   * it until the platform has let go of them. @default none
   */
  readonly keptRepositories: readonly string[];
  /** Takes the images of another environment instead of building them. @default builds them */
  readonly promoteFrom: Promotion | undefined;
  /** Accounts that may pull the environment's images, to promote them. @default its own alone */
  readonly pullableBy: readonly string[];
  /**
   * ARN of the IAM policy that the roles of tasks may not exceed; `setup/aws` makes one, and its
   * deploy role makes no role without it. @default none
   */
  readonly permissionsBoundary: string | undefined;
}
