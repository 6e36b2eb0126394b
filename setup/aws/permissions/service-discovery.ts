import {
  type Environment,
  arn,
  becomesOwn,
  isNotForeign,
  isOwn,
  staysUnclaimed,
} from "./environment";
import { type PermissionTable, allow, allowEverywhere, allowUnbound, of } from "./grant";

const SERVICE = "servicediscovery";

/**
 * Cloud Map: the private namespace and its services. Both have IDs instead of names; their tags
 * identify the environment.
 *
 * @see https://docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-api-permissions-ref.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudmap.html
 */
export function serviceDiscovery(environment: Environment): PermissionTable {
  const namespaces = [arn(environment, SERVICE, "namespace/*")];
  const services = [arn(environment, SERVICE, "service/*")];
  const listTags = allowEverywhere(
    "Cloud Map cannot restrict listing tags to a resource.",
    of(SERVICE, "ListTagsForResource"),
  );
  const tag = [
    allowEverywhere(
      "Cloud Map cannot restrict tagging to a resource.",
      of(SERVICE, "TagResource"),
      staysUnclaimed(environment),
    ),
    allowEverywhere(
      "Cloud Map cannot restrict tagging to a resource.",
      of(SERVICE, "UntagResource"),
      {
        "ForAllValues:StringNotEquals": { "aws:TagKeys": ["Project", "Environment"] },
      },
    ),
  ];
  return {
    aws_service_discovery_private_dns_namespace: {
      read: [allow(namespaces, of(SERVICE, "GetNamespace"), isNotForeign(environment)), listTags],
      write: [
        allowEverywhere(
          "A namespace has no ARN before it exists.",
          of(SERVICE, "CreatePrivateDnsNamespace"),
          becomesOwn(environment),
        ),
        allow([...namespaces, ...services], of(SERVICE, "GetOperation"), isNotForeign(environment)),
        allow(
          namespaces,
          of(SERVICE, "UpdatePrivateDnsNamespace", "DeleteNamespace"),
          isOwn(environment),
        ),
        ...hostedZone(environment),
        ...tag,
      ],
    },
    aws_service_discovery_service: {
      read: [allow(services, of(SERVICE, "GetService"), isNotForeign(environment)), listTags],
      write: [
        allow(namespaces, of(SERVICE, "CreateService"), isOwn(environment)),
        allow(services, of(SERVICE, "CreateService"), becomesOwn(environment)),
        allow(
          services,
          [
            ...of(SERVICE, "UpdateService", "DeleteService"),
            ...of(SERVICE, "ListInstances", "DeregisterInstance"),
          ],
          isOwn(environment),
        ),
        ...tag,
      ],
    },
  };
}

/** Cloud Map creates and deletes the namespace's hosted zone with the caller's permissions. */
function hostedZone(environment: Environment) {
  const { partition } = environment;
  return [
    allowEverywhere("Creating and listing hosted zones cannot be restricted to a resource.", [
      ...of("route53", "CreateHostedZone", "ListHostedZonesByName"),
      ...of("ec2", "DescribeVpcs", "DescribeRegions"),
    ]),
    allowUnbound(
      "Cloud Map chooses the zone's ID, and IAM knows no tags of a zone.",
      [`arn:${partition}:route53:::hostedzone/*`],
      of("route53", "GetHostedZone"),
    ),
  ];
}
