/** A package in the version that the switch was tested with. */
export interface Package {
  readonly name: string;
  readonly version: string;
}

/** The cdktn successor of each cdktf package. */
export type Successors = Readonly<Record<string, Package>>;

/**
 * Successors that every npm registry has. The AWS bindings are generated from provider 6.66.0; the
 * provider itself stays at the version pinned in `stacks/options/providers.ts`.
 */
export const SUCCESSORS: Successors = {
  cdktf: { name: "cdktn", version: "0.24.0" },
  "cdktf-cli": { name: "cdktn-cli", version: "0.24.0" },
  "@cdktf/provider-aws": { name: "@cdktn/provider-aws", version: "25.7.0" },
};

/**
 * Generated from Docker provider 4.6.0. Some registries lack it; the cdktf bindings then stay, on the
 * bridge, as the HCP Terraform bindings always do.
 */
export const DOCKER_BINDINGS = {
  of: "@cdktf/provider-docker",
  successor: { name: "@cdktn/provider-docker", version: "16.1.0" },
} as const;

/** `cdktn-cli` requires exactly this version; the library accepts 10.6 and 10.7. */
export const CONSTRUCTS = "10.6.0";

/** The oldest Node.js for `cdktn-cli`; the bindings require 22.11, and the library alone runs on 20. */
export const NODE = "22.19";
