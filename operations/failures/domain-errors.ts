import { AGAIN } from "./failed-request";
import { type KnownError, types } from "./known-error";

/** Errors of a domain's certificate and its records. */
export const DOMAIN_ERRORS: readonly KnownError[] = [
  {
    from: types("aws_acm_certificate_validation"),
    pattern: /waiting for ACM Certificate/,
    advice: () => [
      "ACM has not issued the domain's certificate: its record is not visible in DNS, or a CAA record of the domain forbids amazon.com. The previous version keeps serving.",
      `→ npx platform doctor checks that the domain is delegated to the hosted zone. ${AGAIN}`,
    ],
  },
  {
    from: types("aws_route53_record"),
    pattern: /but it already exists/,
    advice: (_, words) => {
      const [, name = "the domain"] = /name='([^']+)'/.exec(words) ?? [];
      return [
        `Route 53 already has a record for ${name}: another environment or a person created it.`,
        `→ Give this environment another \`domain\` in environments.ts, or delete the record. ${AGAIN}`,
      ];
    },
  },
  {
    from: types("aws_route53_zone", "aws_route53_record"),
    pattern:
      /HostedZoneAlreadyExists|NoSuchHostedZone|no matching Route ?53 Hosted Zone|multiple Route ?53/i,
    advice: () => [
      "The hosted zone of the domain is missing, or there are several of its name.",
      "→ npx platform doctor checks the zone; `domain` in environments.ts names it.",
    ],
  },
];
