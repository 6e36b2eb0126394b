import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import { signingKeyAlias } from "../../spec/names";
import { partitionOf } from "../../spec/regions";

/** How long a deleted key can be restored, in days: AWS's longest if it is protected, or its shortest. */
const DELETION_DAYS = { protected: 30, unprotected: 7 } as const;

/**
 * The key that an environment's images are signed with. It never leaves KMS; its public half is for all
 * who verify. What it has signed cannot be verified by its alias any more once it is deleted.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/symmetric-asymmetric.html
 */
export class SigningKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const key = new KmsKey(this, "key", {
      description: `Signs the images of ${config.name} in ${config.suffix}`,
      keyUsage: "SIGN_VERIFY",
      customerMasterKeySpec: "ECC_NIST_P256",
      policy: this.keyPolicy(config).json,
      deletionWindowInDays: DELETION_DAYS[config.protected ? "protected" : "unprotected"],
      lifecycle: { preventDestroy: config.protected },
    });
    const alias = new KmsAlias(this, "alias", {
      name: signingKeyAlias(config),
      targetKeyId: key.keyId,
    });
    // The alias exists before anything is signed.
    this.arn = alias.targetKeyArn;
  }

  /**
   * IAM decides in the account, with one exception: no task or job of any environment or region of
   * this project signs, whatever the catalogue permits it. An account that may pull the images may also verify them.
   *
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
   */
  private keyPolicy(config: Config): DataAwsIamPolicyDocument {
    const { accountId } = new DataAwsCallerIdentity(this, "caller", {});
    const partition = partitionOf(config.region);
    const root = (account: string) => `arn:${partition}:iam::${account}:root`;
    const roles = ["app", "ecs", "run", "due"].map(
      (kind) => `arn:${partition}:iam::${accountId}:role/${config.name}-*-${kind}-*`,
    );
    const everyone = [{ type: "AWS", identifiers: ["*"] }];
    return new DataAwsIamPolicyDocument(this, "policy", {
      statement: [
        {
          sid: "ByIam",
          actions: ["kms:*"],
          resources: ["*"],
          principals: [{ type: "AWS", identifiers: [root(accountId)] }],
        },
        {
          sid: "NotByTasks",
          effect: "Deny",
          actions: ["kms:Sign"],
          resources: ["*"],
          principals: everyone,
          condition: [{ test: "ArnLike", variable: "aws:PrincipalArn", values: roles }],
        },
        ...(config.pullableBy.length > 0
          ? [
              {
                sid: "VerifyToPromote",
                actions: ["kms:DescribeKey", "kms:GetPublicKey"],
                resources: ["*"],
                principals: [{ type: "AWS", identifiers: config.pullableBy.map(root) }],
              },
            ]
          : []),
      ],
    });
  }
}
