import {
  type Environment,
  areOwnRecords,
  arn,
  becomesOwn,
  claims,
  isNotForeign,
  isOwn,
  staysOwn,
  zones,
} from "./environment";
import {
  type Arn,
  type Grant,
  type PermissionTable,
  allow,
  allowEverywhere,
  allowUnbound,
  of,
} from "./grant";

const ZONES = "Environments may share a hosted zone, and Route 53 restricts no reads to records.";

/**
 * ACM issues a certificate at once for a name that the account has validated before, so another
 * environment's name would get one.
 *
 * @see https://docs.aws.amazon.com/acm/latest/userguide/acm-conditions.html
 */
function requests(environment: Environment, certificates: readonly Arn[]): Grant[] {
  if (environment.domain === undefined) return [];
  return [
    allowEverywhere("A certificate has no ARN before it exists.", of("acm", "RequestCertificate"), {
      ...becomesOwn(environment),
      "ForAllValues:StringEquals": { "acm:DomainNames": environment.domain },
    }),
    allow(certificates, of("acm", "AddTagsToCertificate"), claims(environment)),
  ];
}

/**
 * The certificate and the records of an environment with a domain. Records are written only in the
 * given hosted zones, and only under the environment's own names.
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
      read: [
        allow(
          certificates,
          of("acm", "DescribeCertificate", "ListTagsForCertificate"),
          isNotForeign(environment),
        ),
      ],
      write: [
        ...requests(environment, certificates),
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
      read: [allow(certificates, of("acm", "DescribeCertificate"), isNotForeign(environment))],
      write: [],
    },
    aws_route53_record: {
      read: [
        allowUnbound(
          ZONES,
          zones(environment),
          of("route53", "GetHostedZone", "ListResourceRecordSets"),
        ),
      ],
      write: [
        allow(
          zones(environment),
          of("route53", "ChangeResourceRecordSets"),
          areOwnRecords(environment),
        ),
        allowUnbound(
          "A change has a random ID, no tags, and says only whether it is done.",
          [changes],
          of("route53", "GetChange"),
        ),
      ],
    },
    "data.aws_route53_zone": {
      read: [
        allowEverywhere("Listing hosted zones cannot be restricted to a resource.", [
          ...of("route53", "ListHostedZones", "ListHostedZonesByName"),
        ]),
        allowUnbound(
          ZONES,
          zones(environment),
          of("route53", "GetHostedZone", "ListTagsForResource"),
        ),
      ],
      write: [],
    },
  };
}
