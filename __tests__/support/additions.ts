import { ElasticacheServerlessCache } from "@cdktf/provider-aws/lib/elasticache-serverless-cache";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { services } from "../../services";
import { defineAdditions } from "../../stacks/platform/addition";

/** A cache that flask-api may reach. It pays by use, and is encrypted at rest and on the way. */
export const additions = defineAdditions(services, (platform) => {
  const { scope, vpcId, privateSubnetIds, resourceName, allow } = platform;
  const name = resourceName("cache");
  const group = new SecurityGroup(scope, "cache-group", {
    name,
    description: "The cache of flask-api",
    vpcId,
  });
  const cache = new ElasticacheServerlessCache(scope, "cache", {
    name,
    engine: "valkey",
    securityGroupIds: [group.id],
    // ElastiCache takes two or three.
    subnetIds: privateSubnetIds.slice(0, 3),
  });
  allow("flask-api", group, 6379);
  return {
    "flask-api": {
      environment: { CACHE_HOST: cache.endpoint.get(0).address, CACHE_PORT: "6379" },
      permissions: [{ actions: ["elasticache:DescribeServerlessCaches"], resources: [cache.arn] }],
    },
  };
});
