import { signingKeyAlias } from "../../../spec/names";
import {
  type Environment,
  arn,
  becomesOwn,
  claims,
  isNotForeign,
  isOwn,
  staysOwn,
} from "./environment";
import { type Arn, type PermissionTable, allow, allowEverywhere, allowUnbound, of } from "./grant";

/**
 * What only a key for signatures is. Who may set tags on a key may make it their own; without this, that would be
 * any key of the account without these tags, also one that encrypts another team's data.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html
 */
const OF_SIGNATURES = { "kms:KeySpec": "ECC_NIST_P256", "kms:KeyUsage": "SIGN_VERIFY" };

/**
 * The key that images are signed with, its alias, and the commands that sign and verify. A key has an ID
 * instead of a name; its tags identify the environment. Another environment's is named by its alias: IAM
 * sees the tags of no other account.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
 */
export function signing(environment: Environment): PermissionTable {
  const keys = [arn(environment, "kms", "key/*")];
  const aliases = [aliasOf(environment)];
  const own = (...actions: string[]) =>
    allow(keys, of("kms", ...actions), {
      ...isOwn(environment),
      StringEquals: OF_SIGNATURES,
    });
  // Also of a key that is just being created, whose tags may take minutes until they count.
  const read = (...actions: string[]) =>
    allow(keys, of("kms", ...actions), isNotForeign(environment));
  return {
    aws_kms_key: {
      read: [read("DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags")],
      write: [
        allowEverywhere(
          "A key has no ARN before it exists.",
          of("kms", "CreateKey"),
          becomesOwn(environment),
        ),
        // A key that is just being created may not tell what it is.
        allow(keys, of("kms", "TagResource"), {
          ...claims(environment),
          StringEqualsIfExists: OF_SIGNATURES,
        }),
        allow(keys, of("kms", "TagResource", "UntagResource"), {
          ...staysOwn(environment),
          StringEquals: OF_SIGNATURES,
        }),
        own("PutKeyPolicy", "UpdateKeyDescription", "ScheduleKeyDeletion"),
      ],
    },
    aws_kms_alias: {
      read: [
        allowEverywhere("KMS lists all aliases of an account or none.", of("kms", "ListAliases")),
      ],
      // Each takes the permission on the alias, and on the key that it is of.
      write: [
        allow(aliases, of("kms", "CreateAlias", "UpdateAlias", "DeleteAlias")),
        own("UpdateAlias", "DeleteAlias"),
        // Right after the key is made, whose tags may take minutes until they count.
        allow(keys, of("kms", "CreateAlias"), {
          ...isNotForeign(environment),
          StringEquals: OF_SIGNATURES,
        }),
      ],
    },
    // How old a key is tells whether its tags may not count yet.
    "npx platform sign-image": {
      read: [],
      write: [read("DescribeKey"), own("GetPublicKey", "Sign")],
    },
    "npx platform verify-image": { read: [], write: verification(environment) },
  };
}

/** Of the images of the environment that this one promotes from; none if it builds its own. */
function verification(environment: Environment) {
  const { promotesFrom: source } = environment;
  if (!source) return [];
  const theirs = { ...environment, ...source };
  return [
    allowUnbound(
      "The public key of the environment that images are promoted from, by its alias.",
      [arn(theirs, "kms", "key/*")],
      of("kms", "GetPublicKey"),
      { StringEquals: { "kms:RequestAlias": signingKeyAlias(theirs) } },
    ),
  ];
}

function aliasOf(environment: Environment): Arn {
  return arn(environment, "kms", signingKeyAlias(environment));
}
