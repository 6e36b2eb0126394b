import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { databaseOwners } from "../spec/service/database-name";
import { pathOwners } from "../spec/service/path-problems";
import { jobs, runningServices } from "../spec/service/kinds";
import { sidecarsOf } from "../spec/service/sidecars";
import { type ServiceSpec, type Services } from "../spec/service/spec";
import { keepState } from "./options/backend";
import { tagOwners } from "./options/owner-tags";
import type { Config } from "../spec/config";
import { DATABASE_SETUP, READY } from "../spec/images";
import type { ProbedImage } from "./images/probed-image";
import { IMAGE_USERS, RUNNING_IMAGES } from "./images/running-images";
import { AddedConstructs } from "./platform/added-constructs";
import type { Additions } from "./platform/addition";
import { Alarms } from "./platform/alarms/alarms";
import { createBuckets } from "./platform/bucket";
import { Cluster } from "./platform/cluster";
import { Database } from "./platform/database";
import { FargateService } from "./platform/fargate-service";
import { keepDatabases } from "./platform/kept-databases";
import { IdentityProvider } from "./platform/identity";
import { LoadBalancer } from "./platform/load-balancer";
import { logNetwork } from "./platform/flow-log";
import { LogBucket } from "./platform/log-bucket";
import { Network } from "./platform/network";
import { DATABASES, PATHS, TOKENS } from "./platform/owners";
import { createQueues } from "./platform/queue";
import { ScheduledJob } from "./platform/scheduled-job";
import { SecurityGroups } from "./platform/security-groups";
import { ServiceDiscovery } from "./platform/service-discovery";
import { WebAcl } from "./platform/web-acl";
import { useAws } from "./options/providers";

export interface PlatformStackProps {
  readonly config: Config;
  readonly services: Services;
  /** By name: each service's image, and the platform's own. */
  readonly images: ReadonlyMap<string, ProbedImage>;
  /** The team's own constructs, of additions.ts. */
  readonly additions: Additions;
}

/**
 * Everything that runs: the network, its public entry, private names, the database if a service needs
 * one, each service's tasks and each job's times. It changes with every deployment.
 */
export class PlatformStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: PlatformStackProps) {
    super(scope, id);
    const { config, services, images, additions } = props;
    const databaseSetup = images.get(DATABASE_SETUP);
    keepState(this, config);
    useAws(this, config);

    const { access, flow } = config.logs;
    const logs = access || flow ? new LogBucket(this, "logs", config) : undefined;
    const queues = createQueues(this, config, services);
    const buckets = createBuckets(this, config, services);
    const network = new Network(
      this,
      "network",
      config,
      [...buckets.values()],
      Object.values(services).flatMap(({ permissions = [] }) => permissions),
    );
    if (logs && flow) logNetwork(this, network, logs);
    const loadBalancer = new LoadBalancer(this, "load-balancer", {
      config,
      services,
      network,
      accessLogs: access ? logs : undefined,
    });
    if (config.firewall) new WebAcl(this, "web-acl", config, config.firewall, loadBalancer.alb);
    const identity = new IdentityProvider(this, "identity", config);
    const discovery = new ServiceDiscovery(this, "service-discovery", config, network);
    const cluster = new Cluster(this, "cluster", config);
    const database =
      databaseSetup && new Database(this, "database", { config, network, databaseSetup });
    if (config.protected) keepDatabases(this, config, services);
    const securityGroups = new SecurityGroups(this, "security-groups", {
      config,
      services,
      network,
      loadBalancer,
      database,
    });

    const added = new AddedConstructs(this, "additions", {
      config,
      services,
      network,
      securityGroups,
      additions,
    });
    const shared = {
      config,
      services,
      network,
      cluster,
      discovery,
      securityGroups,
      identity,
      queues,
      buckets,
    };
    const scopeOfServices = new Construct(this, "services");
    const running = new Map<string, EcsService>();
    for (const [service, spec] of runningServices(services)) {
      const { ecsService } = new FargateService(scopeOfServices, service, {
        ...shared,
        service,
        image: imageOf(service, images),
        ready: imageOf(READY, images),
        sidecars: sidecarImages(service, spec, images),
        alb: loadBalancer.alb,
        route: loadBalancer.routes.get(service),
        database: spec.database ? database : undefined,
        addition: added.of(service),
      });
      running.set(service, ecsService);
    }
    const scopeOfJobs = new Construct(this, "jobs");
    const scheduled = jobs(services).map(([service, job]) => {
      const { schedule, runs } = new ScheduledJob(scopeOfJobs, service, {
        ...shared,
        service,
        job,
        running,
        image: imageOf(service, images),
        ready: imageOf(READY, images),
        sidecars: new Map(),
        database: job.database ? database : undefined,
        addition: added.of(service),
      });
      return { service, schedule, runs };
    });
    if (config.alarms) {
      new Alarms(this, "alarms", {
        config,
        services,
        recipients: config.alarms,
        cluster: cluster.cluster,
        alb: loadBalancer.alb,
        routes: loadBalancer.routes,
        running,
        runs: new Map(scheduled.map(({ service, runs }) => [service, runs])),
        hasDatabase: database !== undefined,
      });
    }
    tagOwners(this, services);
    added.refuseTakenNames();

    const { domain } = config;
    new TerraformOutput(this, "url", {
      description: domain ? "Where the platform answers" : "The load balancer's address",
      value: domain ? `https://${domain.name}` : `http://${loadBalancer.alb.dnsName}`,
    });
    new TerraformOutput(this, TOKENS, {
      description: "The issuer and the audience of the tokens that the services accept",
      value: { issuer: identity.issuer, audience: identity.audience },
    });
    new TerraformOutput(this, PATHS, {
      description: "The service of each public path: what tells a deployment that one moves",
      value: pathOwners(services),
    });
    new TerraformOutput(this, DATABASES, {
      description: "The service of each database: what tells a deployment that one is left",
      value: Object.fromEntries(databaseOwners(services)),
    });
    const healthy = [
      new TerraformOutput(this, RUNNING_IMAGES, {
        description: "Each image that has become healthy here, by digest: what others promote",
        value: Object.fromEntries([...images].map(([name, { reference }]) => [name, reference])),
      }),
      new TerraformOutput(this, IMAGE_USERS, {
        description: "Whom each image runs as: what others run it as",
        value: Object.fromEntries([...images].map(([name, { user }]) => [name, user])),
      }),
    ];
    const settled = [...running.values(), ...scheduled.map(({ schedule }) => schedule)].map(
      ({ terraformResourceType, friendlyUniqueId }) =>
        `${terraformResourceType}.${friendlyUniqueId}`,
    );
    // cdktf 0.21 writes an output's dependencies as templates, which Terraform rejects.
    for (const output of healthy) output.addOverride("depends_on", settled);
  }
}

/** The images of a service's sidecars, by their names. */
function sidecarImages(
  service: string,
  spec: ServiceSpec,
  images: ReadonlyMap<string, ProbedImage>,
): ReadonlyMap<string, ProbedImage> {
  return new Map(
    sidecarsOf(service, spec).map(({ name, image }) => [name, imageOf(image, images)]),
  );
}

function imageOf(name: string, images: ReadonlyMap<string, ProbedImage>): ProbedImage {
  const image = images.get(name);
  if (!image) throw new Error(`images has no image of ${name}`);
  return image;
}
