import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Construct } from "constructs";
import { CERTIFICATE_MINUTES } from "../../spec/limits";

/**
 * A certificate for one host name. ACM issues it once it finds the record that it requires in the
 * name's hosted zone, and renews it as long as the record exists.
 *
 * @see https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
export class Certificate extends Construct {
  /** The certificate's ARN, unknown until it is issued, so that no listener uses one that is not. */
  readonly arn: string;

  constructor(scope: Construct, id: string, name: string, zoneId: string) {
    super(scope, id);
    const certificate = new AcmCertificate(this, "certificate", {
      domainName: name,
      validationMethod: "DNS",
      // A listener must use the new one before the old one can be deleted.
      lifecycle: { createBeforeDestroy: true },
    });
    // One name has one record.
    const wanted = certificate.domainValidationOptions.get(0);
    const record = new Route53Record(this, "record", {
      zoneId,
      name: wanted.resourceRecordName,
      type: wanted.resourceRecordType,
      records: [wanted.resourceRecordValue],
      ttl: 60,
      // ACM requires the same record for all of an account's certificates for a name.
      allowOverwrite: true,
    });
    const validation = new AcmCertificateValidation(this, "validation", {
      certificateArn: certificate.arn,
      validationRecordFqdns: [record.fqdn],
      timeouts: { create: `${CERTIFICATE_MINUTES}m` },
    });
    this.arn = validation.certificateArn;
  }
}
