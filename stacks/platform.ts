import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { type Services, specOf } from "../services/spec";
import { keepState } from "./backend";
import type { Config } from "./config";
import type { ServiceImage } from "./images/service-image";
import { Cluster } from "./platform/cluster";
import { Database } from "./platform/database";
import { FargateService } from "./platform/fargate-service";
import { LoadBalancer } from "./platform/load-balancer";
import { Network } from "./platform/network";
import { SecurityGroups } from "./platform/security-groups";
import { ServiceDiscovery } from "./platform/service-discovery";
import { useAws } from "./providers";

export interface PlatformStackProps {
  readonly config: Config;
  readonly services: Services;
  readonly images: Readonly<Record<string, ServiceImage>>;
}

/**
 * Everything that runs: the network, its public entry, private names, the database if a service
 * asks for one, and each service's tasks. Changes with every deployment.
 */
export class PlatformStack extends TerraformStack {
  constructor(scope: Construct, id: string, { config, services, images }: PlatformStackProps) {
    super(scope, id);
    keepState(this, config);
    useAws(this, config);

    const network = new Network(this, "network", config);
    const loadBalancer = new LoadBalancer(this, "load-balancer", { config, services, network });
    const discovery = new ServiceDiscovery(this, "service-discovery", config, network);
    const cluster = new Cluster(this, "cluster", config);
    const database = Object.values(services).some((spec) => spec.database)
      ? new Database(this, "database", config, network)
      : undefined;
    const securityGroups = new SecurityGroups(this, "security-groups", {
      ...{ config, services, network, loadBalancer, database },
    });

    for (const [service, image] of Object.entries(images)) {
      new FargateService(this, service, {
        ...{ config, services, service, image, network, cluster, discovery, securityGroups },
        database: specOf(service, services).database ? database : undefined,
        route: loadBalancer.routes.get(service),
      });
    }

    new TerraformOutput(this, "url", {
      description: "The load balancer's address",
      value: `http://${loadBalancer.alb.dnsName}`,
    });
  }
}
