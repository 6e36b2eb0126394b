import { type Environment, arn, becomesOwn, isOwn, staysOwn, zones } from "./environment";
import { type Arn, type PermissionTable, allow, allowEverywhere, of } from "./grant";

/**
 * The certificate and the records of an environment with a domain. Records are written only in the
 * given hosted zones.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscertificatemanager.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html
 */
export function domain(environment: Environment): PermissionTable {
  const { partition } = environment;
  const certificates = [arn(environment, "acm", "certificate/*")];
  const changes: Arn = `arn:${partition}:route53:::change/*`;
  return {
    aws_acm_certificate: {
      read: [allow(certificates, of("acm", "DescribeCertificate", "ListTagsForCertificate"))],
      write: [
        allowEverywhere(
          "A certificate has no ARN before it exists.",
          of("acm", "RequestCertificate"),
          becomesOwn(environment),
        ),
        allow(certificates, of("acm", "AddTagsToCertificate"), becomesOwn(environment)),
        allow(
          certificates,
          of("acm", "DeleteCertificate", "UpdateCertificateOptions"),
          isOwn(environment),
        ),
        allow(
          certificates,
          of("acm", "AddTagsToCertificate", "RemoveTagsFromCertificate"),
          staysOwn(environment),
        ),
      ],
    },
    aws_acm_certificate_validation: {
      read: [allow(certificates, of("acm", "DescribeCertificate"))],
      write: [],
    },
    aws_route53_record: {
      read: [allow(zones(environment), of("route53", "GetHostedZone", "ListResourceRecordSets"))],
      write: [
        allow(zones(environment), of("route53", "ChangeResourceRecordSets")),
        allow([changes], of("route53", "GetChange")),
      ],
    },
    "data.aws_route53_zone": {
      read: [
        allowEverywhere("Listing hosted zones cannot be restricted to a resource.", [
          ...of("route53", "ListHostedZones", "ListHostedZonesByName"),
        ]),
        allow(zones(environment), of("route53", "GetHostedZone", "ListTagsForResource")),
      ],
      write: [],
    },
  };
}
