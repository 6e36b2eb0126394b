import path from "node:path";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { PROJECT_FOLDER } from "../../project";
import { PREVIEW } from "../../spec/environment/preview-suffix";
import { VERSIONS } from "../../spec/versions";
import { AUDIENCE, GithubRole, ISSUER } from "./github-role";
import type { Environment } from "./permissions/environment";
import type { Grant } from "./permissions/grant";
import { permissionTable } from "./permissions/table";
import { boundaryGrants } from "./permissions/boundary";
import { operating, reading } from "./permissions/operating";
import { run } from "./permissions/run";
import { SETUP_PATH, boundaryArn, boundaryName } from "./permissions/task-roles";
import { token } from "./permissions/token";
import { secretSetting } from "./permissions/service-secrets";
import { policyDocuments } from "./policy-documents";
import type { SetupSettings } from "./settings";
import { StateBucket } from "./state-bucket";

/**
 * The one-time resources of an account, before a pipeline deploys to it: the state bucket, GitHub as an
 * identity provider, and for each environment a plan role, a deploy role, the permissions boundary of its
 * task roles, and the policies of the people who may use `npx platform token`, `secret` and `run`, see what
 * goes on (`status`, `logs`) or operate it (`restart`, `rollback`).
 */
export class AccountStack extends TerraformStack {
  constructor(scope: Construct, id: string, settings: SetupSettings) {
    super(scope, id);
    const { region, account, stateBucket, stateAccount, stateSharedWith, environments } = settings;
    // This stack creates the state bucket, so its own state is a file.
    const stateFile = path.join(PROJECT_FOLDER, ".platform", "setup", `${account}.tfstate`);
    new LocalBackend(this, { path: stateFile });
    new AwsProvider(this, "aws", {
      region,
      allowedAccountIds: [account],
      defaultTags: [{ tags: { ManagedBy: "terraform", Purpose: "setup" } }],
    });
    this.addOverride("terraform.required_version", VERSIONS.terraform);
    this.addOverride("terraform.required_providers.aws.version", VERSIONS.aws);

    if (stateAccount === account) {
      new StateBucket(this, "state-bucket", { name: stateBucket, sharedWith: stateSharedWith });
    }
    // AWS verifies GitHub's certificate by its CA and ignores thumbprints.
    const provider = new IamOpenidConnectProvider(this, "github", {
      url: `https://${ISSUER}`,
      clientIdList: [AUDIENCE],
    });
    const variables = environments.map((environment) =>
      rolesOf(this, environment, { settings, provider: provider.arn }),
    );
    new TerraformOutput(this, "github-variables", {
      description: "The repository's variables on GitHub",
      value: Object.fromEntries([
        ["AWS_REGION", region],
        ["PLATFORM_STATE_BUCKET", stateBucket],
        ["PLATFORM_STATE_REGION", region],
        ...variables.flatMap((each) => Object.entries(each)),
      ]),
    });
  }
}

interface RolesProps {
  readonly settings: SetupSettings;
  readonly provider: string;
}

/** Creates an environment's two roles and boundary, and returns their variables for GitHub. */
function rolesOf(parent: Construct, environment: Environment, props: RolesProps) {
  const { github, name } = environment;
  const { settings, provider } = props;
  const repository = `repo:${settings.repository}`;
  const scope = new Construct(parent, github);
  new IamPolicy(scope, "task-boundary", {
    name: boundaryName(environment),
    path: SETUP_PATH,
    description: `What roles of tasks and jobs of ${github} may do at most`,
    policy: onePolicy(boundaryGrants(environment)),
  });
  new IamPolicy(scope, "token", {
    name: `${name}-token-${github}`,
    path: SETUP_PATH,
    description: `For people who may act as any user of ${github}`,
    policy: onePolicy(token(environment)),
  });
  new IamPolicy(scope, "run", {
    name: `${name}-run-${github}`,
    path: SETUP_PATH,
    description: `For people who may do all that the services of ${github} may`,
    policy: onePolicy(run(environment)),
  });
  new IamPolicy(scope, "read", {
    name: `${name}-read-${github}`,
    path: SETUP_PATH,
    description: `For people who may see the state and the logs of ${github}`,
    policy: onePolicy(reading(environment)),
  });
  new IamPolicy(scope, "operate", {
    name: `${name}-operate-${github}`,
    path: SETUP_PATH,
    description: `For people who may restart the services of ${github} and roll them back`,
    policy: onePolicy(operating(environment)),
  });
  new IamPolicy(scope, "secrets", {
    name: `${name}-secrets-${github}`,
    path: SETUP_PATH,
    description: `For people who may set the secrets of ${github}`,
    policy: onePolicy(secretSetting(environment)),
  });
  const table = Object.values(permissionTable(environment));
  const read = table.flatMap((entry) => entry.read);
  const write = table.flatMap((entry) => entry.write);
  const plan = new GithubRole(scope, "plan", {
    name: `${name}-plan-${github}`,
    description: `Plans ${github}: reads, also secrets`,
    provider,
    subjects: [
      `${repository}:ref:refs/heads/main`,
      ...(github === settings.pullRequests ? [`${repository}:pull_request`] : []),
    ],
    grants: read,
  });
  const deploy = new GithubRole(scope, "deploy", {
    name: `${name}-deploy-${github}`,
    description: `Deploys and destroys ${github}`,
    provider,
    subjects: [`${repository}:environment:${github}`],
    claims: deployClaims(settings.repository, environment),
    grants: [...read, ...write],
  });
  const suffix = github.toUpperCase().replaceAll("-", "_");
  return {
    [`AWS_PLAN_ROLE_${suffix}`]: plan.arn,
    [`AWS_DEPLOY_ROLE_${suffix}`]: deploy.arn,
    [`PERMISSIONS_BOUNDARY_${suffix}`]: boundaryArn(environment),
  };
}

function onePolicy(grants: readonly Grant[]): string {
  const [policy = "", ...more] = policyDocuments(grants);
  if (more.length > 0) throw new Error("the grants must fit into one policy");
  return policy;
}

/**
 * What a deploying job must be besides being in the environment: the workflow that deploys, on `main`.
 * Without it, everyone who may push a branch could name the environment in a workflow of their own, unless
 * the environment on GitHub is closed to that branch. A preview deploys branches, and GovCloud's STS knows
 * only `aud` and `sub`, with which the environment on GitHub is the only gate.
 *
 * @see https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/
 */
function deployClaims(
  repository: string,
  { github, partition }: Environment,
): Record<string, string> {
  if (github === PREVIEW || partition !== "aws") return {};
  const main = "refs/heads/main";
  return { ref: main, job_workflow_ref: `${repository}/.github/workflows/deploy.yml@${main}` };
}
