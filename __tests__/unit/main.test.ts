import { Testing } from "cdktf";
import { describe, expect, test } from "vitest";
import { build } from "../../main";
import { services } from "../../services";
import { readConfig } from "../../project";
import { fixture } from "../support/services";
import { containers, synthesize } from "../support/synth";

describe.each([
  ["the catalogue", services],
  ["the fixture", fixture],
])("the three stacks of %s", (_, catalogue) => {
  const { registry, images, platform } = synthesize(catalogue);

  test("registry depends on nothing", () => {
    expect(registry.dependencies).toEqual([]);
  });

  test("images cannot be planned before registry", () => {
    expect(images.dependencies).toEqual(["registry"]);
    for (const image of images.resources("docker_image")) {
      expect(image["name"]).toContain("data.terraform_remote_state");
      expect(image["name"]).toContain("registry.outputs");
    }
  });

  test("platform cannot be planned before images", () => {
    expect(platform.dependencies).toContain("images");
  });

  test("every container image in every task definition is a reference to an output of images", () => {
    const names = new Set(containers(platform).map(({ name }) => name));
    expect([...names]).toEqual(expect.arrayContaining(Object.keys(catalogue)));
    for (const { image } of containers(platform)) {
      expect(image).toMatch(
        /^\$\{data\.terraform_remote_state\.cross-stack-reference-input-images\.outputs\.[\w-]+\}$/,
      );
    }
  });

  test("images outputs a repository with a digest, never a tag", () => {
    for (const [service] of Object.entries(catalogue)) {
      const references = Object.entries(images.json["locals"] ?? {}).filter(([id]) =>
        id.startsWith(`images_${service}_reference`),
      );
      expect(references).toHaveLength(1);
      expect(references[0]?.[1]).toMatch(/^.+@\$\{docker_registry_image\..+\.sha256_digest\}$/);
    }
  });
});

test("the tree of constructs has this form with one service", () => {
  const app = Testing.app();
  build(app, readConfig({}).config, { "flask-api": { ...services["flask-api"], calls: [] } });
  expect(Testing.renderConstructTree(app)).toMatchInlineSnapshot(`
    "App
    ├── registry (RegistryStack)
        ├── backend (LocalBackend)
        ├── aws (AwsProvider)
        ├── images (Construct)
            ├── flask-api (Construct)
                ├── repository (EcrRepository)
                └── lifecycle (EcrLifecyclePolicy)
            ├── ready (Construct)
                ├── repository (EcrRepository)
                └── lifecycle (EcrLifecyclePolicy)
            └── database-setup (Construct)
                ├── repository (EcrRepository)
                └── lifecycle (EcrLifecyclePolicy)
        ├── repository-urls (TerraformOutput)
        └── deployed (DataAwsCloudwatchLogGroups)
    ├── images (ImagesStack)
        ├── backend (LocalBackend)
        ├── aws (AwsProvider)
        ├── caller (DataAwsCallerIdentity)
        ├── docker (DockerProvider)
        ├── images (Construct)
            ├── ready (ProbedImage)
                ├── build (DataResource)
                ├── image (Image)
                ├── probe (Container)
                ├── pushed (RegistryImage)
                └── reference (TerraformLocal)
            ├── flask-api (ProbedImage)
                ├── build (DataResource)
                ├── image (Image)
                ├── probe (Container)
                ├── health (Container)
                ├── pushed (RegistryImage)
                └── reference (TerraformLocal)
            └── database-setup (ProbedImage)
                ├── build (DataResource)
                ├── image (Image)
                ├── probe (Container)
                ├── pushed (RegistryImage)
                └── reference (TerraformLocal)
        └── references (TerraformOutput)
    └── platform (PlatformStack)
        ├── backend (LocalBackend)
        ├── aws (AwsProvider)
        ├── network (Network)
            ├── vpc (Vpc)
            ├── default-security-group (DefaultSecurityGroup)
            ├── zones (DataAwsAvailabilityZones)
            ├── public-subnet-0 (Subnet)
            ├── public-subnet-1 (Subnet)
            ├── private-subnet-0 (Subnet)
            ├── private-subnet-1 (Subnet)
            ├── internet-gateway (InternetGateway)
            ├── public-routes (RouteTable)
            ├── public-association-0 (RouteTableAssociation)
            ├── public-association-1 (RouteTableAssociation)
            ├── internet-route (Route)
            ├── nat-address-0 (Eip)
            ├── nat-gateway-0 (NatGateway)
            ├── nat-address-1 (Eip)
            ├── nat-gateway-1 (NatGateway)
            ├── private-routes-0 (RouteTable)
            ├── private-association-0 (RouteTableAssociation)
            ├── nat-route-0 (Route)
            ├── private-routes-1 (RouteTable)
            ├── private-association-1 (RouteTableAssociation)
            ├── nat-route-1 (Route)
            └── s3-endpoint (VpcEndpoint)
        ├── load-balancer (LoadBalancer)
            ├── security-group (SecurityGroup)
            ├── http-from-anywhere (VpcSecurityGroupIngressRule)
            ├── alb (Lb)
            ├── http (LbListener)
            ├── routes (Construct)
                └── flask-api (Construct)
                    └── target-group (LbTargetGroup)
            └── rules (Construct)
                └── 42179 (LbListenerRule)
        ├── identity (IdentityProvider)
            ├── user-pool (CognitoUserPool)
            └── client (CognitoUserPoolClient)
        ├── service-discovery (ServiceDiscovery)
            ├── namespace (ServiceDiscoveryPrivateDnsNamespace)
            └── services (Construct)
                └── flask-api (ServiceDiscoveryService)
        ├── cluster (Cluster)
            ├── insights-log (CloudwatchLogGroup)
            ├── insights-logs (DataAwsCloudwatchLogGroups)
            └── cluster (EcsCluster)
        ├── database (Database)
            ├── services (Construct)
                └── flask_api (ServiceDatabase)
                    ├── secret (SecretsmanagerSecret)
                    ├── login (SecretsmanagerSecretVersion)
                    └── pushed-setup (DataAwsEcrImage)
            ├── security-group (SecurityGroup)
            ├── subnets (DbSubnetGroup)
            ├── parameters (RdsClusterParameterGroup)
            ├── version (DataAwsRdsEngineVersion)
            ├── cluster (RdsCluster)
            └── writer (RdsClusterInstance)
        ├── security-groups (SecurityGroups)
            ├── services (Construct)
                └── flask-api (Construct)
                    ├── group (SecurityGroup)
                    └── https-out (VpcSecurityGroupEgressRule)
            ├── paths (Construct)
                ├── clients-to-database (Construct)
                    ├── out (VpcSecurityGroupEgressRule)
                    └── in (VpcSecurityGroupIngressRule)
                └── load-balancer-to-flask-api (Construct)
                    ├── out (VpcSecurityGroupEgressRule)
                    └── in (VpcSecurityGroupIngressRule)
            └── database-clients (SecurityGroup)
        ├── additions (AddedConstructs)
        ├── services (Construct)
            └── flask-api (FargateService)
                ├── task (TaskDefinition)
                    ├── log (CloudwatchLogGroup)
                    ├── roles (TaskRoles)
                        ├── trust (DataAwsIamPolicyDocument)
                        ├── execution (IamRole)
                        ├── execution-permissions (DataAwsIamPolicyDocument)
                        ├── execution-policy (IamRolePolicy)
                        └── task (IamRole)
                    ├── revision (EcsTaskDefinition)
                    ├── pushed-image (DataAwsEcrImage)
                    └── pushed-ready (DataAwsEcrImage)
                ├── service (EcsService)
                └── autoscaling (Autoscaling)
                    ├── target (AppautoscalingTarget)
                    ├── cpu (AppautoscalingPolicy)
                    └── memory (AppautoscalingPolicy)
        ├── jobs (Construct)
        ├── alarms (Alarms)
            ├── topic (AlarmTopic)
                ├── topic (SnsTopic)
                └── policy (SnsTopicPolicy)
            ├── failed-deployments (FailedDeployments)
                ├── rule (CloudwatchEventRule)
                └── target (CloudwatchEventTarget)
            ├── services (Construct)
                └── flask-api (Construct)
                    ├── errors (CloudwatchMetricAlarm)
                    ├── slow (CloudwatchMetricAlarm)
                    ├── unhealthy (CloudwatchMetricAlarm)
                    ├── missing (CloudwatchMetricAlarm)
                    └── limit (CloudwatchMetricAlarm)
            ├── own-errors (CloudwatchMetricAlarm)
            ├── capacity (CloudwatchMetricAlarm)
            └── dashboard (CloudwatchDashboard)
        ├── url (TerraformOutput)
        ├── tokens (TerraformOutput)
        ├── paths (TerraformOutput)
        ├── databases (TerraformOutput)
        ├── running-images (TerraformOutput)
        └── image-users (TerraformOutput)
    "
  `);
});
