import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { Construct } from "constructs";
import type { Config } from "../../spec/config";
import type { GivenPermission } from "../../spec/service/permissions";
import type { Services } from "../../spec/service/spec";

/** What a service gets of the team's own constructs. */
export interface Addition {
  /**
   * Variables of the service and its migration, in Terraform's words: a value may be an attribute of a
   * construct. The probe before the push has none of them, because nothing of that exists yet.
   */
  readonly environment?: Readonly<Record<string, string>>;
  /** As in the catalogue, but an ARN may be an attribute of a construct. */
  readonly permissions?: readonly GivenPermission[];
}

/** What the team's own constructs can use of the platform. */
export interface PlatformParts<Service extends string = string> {
  /** The parent of the constructs. Nothing else is in it, so their ids are free. */
  readonly scope: Construct;
  /** The environment: its region, suffix and settings. */
  readonly config: Config;
  readonly vpcId: string;
  /** One for each availability zone. Tasks run in them, and the internet reaches none. */
  readonly privateSubnetIds: readonly string[];
  /** `platform-cache-dev` for `cache`: a name that no other environment has. */
  readonly resourceName: (...parts: readonly string[]) => string;
  /** Lets the tasks of a service reach one TCP port of what is in a security group of `scope`. */
  readonly allow: (service: Service, to: SecurityGroup, port: number) => void;
}

/** Creates constructs, and returns by service what each gets of them. */
export type Additions = (platform: PlatformParts) => Readonly<Record<string, Addition>>;

export const NO_ADDITIONS: Additions = () => ({});

/**
 * Types the additions: a service that is not in the catalogue does not compile. `AddedConstructs` checks
 * them again, and what types cannot, before anything is written for Terraform.
 */
export function defineAdditions<Catalogue extends Services, Given extends Record<string, Addition>>(
  _catalogue: Catalogue,
  additions: (platform: PlatformParts<keyof Catalogue & string>) => {
    readonly [Name in keyof Given]: Name extends keyof Catalogue ? Given[Name] & Addition : never;
  },
): Additions {
  return additions;
}
