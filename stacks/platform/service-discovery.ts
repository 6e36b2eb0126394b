import { ServiceDiscoveryPrivateDnsNamespace } from "@cdktf/provider-aws/lib/service-discovery-private-dns-namespace";
import { ServiceDiscoveryService } from "@cdktf/provider-aws/lib/service-discovery-service";
import { Construct } from "constructs";
import { NAME_TTL_SECONDS } from "../../spec/limits";
import type { Config } from "../../spec/config";
import { namespaceName } from "../../spec/names";
import type { Network } from "./network";

/**
 * Names for services inside the VPC: `flask-api.platform-dev.internal` resolves to the addresses of
 * the service's healthy tasks, and for up to `DRAIN_SECONDS` to those of stopping tasks. The VPC's
 * resolver caches a name without any task as missing for five minutes.
 *
 * @see https://docs.aws.amazon.com/cloud-map/latest/dg/working-with-namespaces.html
 */
export class ServiceDiscovery extends Construct {
  private readonly namespace: ServiceDiscoveryPrivateDnsNamespace;
  private readonly services: Construct;

  constructor(scope: Construct, id: string, config: Config, network: Network) {
    super(scope, id);
    this.namespace = new ServiceDiscoveryPrivateDnsNamespace(this, "namespace", {
      name: namespaceName(config),
      vpc: network.vpc.id,
    });
    this.services = new Construct(this, "services");
  }

  /** Registers the service's name. */
  register(service: string): ServiceDiscoveryService {
    return new ServiceDiscoveryService(this.services, service, {
      name: service,
      dnsConfig: {
        namespaceId: this.namespace.id,
        routingPolicy: "MULTIVALUE",
        dnsRecords: [{ type: "A", ttl: NAME_TTL_SECONDS }],
      },
      // ECS reports each task's health; without this Cloud Map would list unhealthy ones.
      healthCheckCustomConfig: { failureThreshold: 1 },
      forceDestroy: true,
    });
  }
}
