import { AGAIN } from "./failed-request";
import { type KnownError, anywhere, types } from "./known-error";

const ON_PURPOSE =
  "docs/protection.md says how to do it on purpose: set protected: false in environments.ts, deploy, then make the change.";

/** Without protection, the change would fail halfway: subnets and security groups are in use by what stays. */
const ANOTHER_NETWORK =
  "A network is not replaced under what runs in it: deploy another environment with the other cidr, or destroy this one first. docs/protection.md says how, and how to keep its data.";

/** Refusals that guard the data of a protected environment. */
export const PROTECTION_ERRORS: readonly KnownError[] = [
  {
    // Terraform's error has no address, but names the resource.
    from: anywhere,
    pattern: /Resource \S+(?: \([^)]*\))? has lifecycle\.prevent_destroy set/,
    advice: (_, words) => {
      const found = words.matchAll(
        /Resource (\S+)(?: \([^)]*\))? has lifecycle\.prevent_destroy set/g,
      );
      const resources = [...new Set([...found].map(([, resource]) => resource))].join(", ");
      return [
        `The environment is protected, and the plan would delete or replace ${resources}. Nothing was changed in this stack.`,
        `→ Take the change back. ${resources.includes("aws_vpc.") ? ANOTHER_NETWORK : ON_PURPOSE}`,
      ];
    },
  },
  {
    from: types("aws_secretsmanager_secrets"),
    pattern: /is protected, and no service has the database of/,
    advice: () => [
      "The environment is protected, and a service would lose its database.",
      '→ Set database: { name: "…" } for the service that takes it over, or leave it on the cluster: npx platform deploy ENVIRONMENT --leave-database NAME.',
    ],
  },
  {
    from: types("aws_rds_cluster", "aws_lb", "aws_cognito_user_pool"),
    pattern:
      /Cannot delete protected Cluster|DeletionProtection is enabled|deletion protection is (enabled|activated)/,
    advice: () => [
      "AWS protects it against deletion: environments.ts has protected it, or somebody has by hand.",
      "→ Set protected: false for the environment in environments.ts, run npx platform deploy, which takes the protection off, then run the same command again.",
    ],
  },
  {
    from: types("aws_rds_cluster"),
    pattern: /DBClusterSnapshotAlreadyExists/,
    advice: () => [
      "AWS already has a snapshot with the name of the final one: an earlier attempt has taken it.",
      `→ aws rds describe-db-cluster-snapshots shows it, aws rds delete-db-cluster-snapshot removes it. ${AGAIN}`,
    ],
  },
];
