/** A package in the one version that the switch was compared with. */
export interface Package {
  readonly name: string;
  readonly version: string;
}

/** What each package of cdktf is called in cdktn. */
export type Successors = Readonly<Record<string, Package>>;

/**
 * Those that any npm registry has. The AWS bindings are made from provider 6.66.0; the provider
 * itself stays at the version that `stacks/options/providers.ts` pins.
 */
export const SUCCESSORS: Successors = {
  cdktf: { name: "cdktn", version: "0.24.0" },
  "cdktf-cli": { name: "cdktn-cli", version: "0.24.0" },
  "@cdktf/provider-aws": { name: "@cdktn/provider-aws", version: "25.7.0" },
};

/**
 * Made from Docker provider 4.6.0. Some registries lack it; the bindings of cdktf then stay, on a
 * bridge, as those of HCP Terraform do in any case.
 */
export const DOCKER_BINDINGS = {
  of: "@cdktf/provider-docker",
  successor: { name: "@cdktn/provider-docker", version: "16.1.0" },
} as const;

/** `cdktn-cli` needs exactly this one; the library takes 10.6 and 10.7. */
export const CONSTRUCTS = "10.6.0";

/** The oldest Node.js of `cdktn-cli`; the bindings ask for 22.11, and the library alone runs on 20. */
export const NODE = "22.19";
