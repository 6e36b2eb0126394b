import { expect, test } from "vitest";
import { PROJECT_FOLDER, readConfig } from "../../../../project";

const S3 = { PLATFORM_BACKEND: "s3", PLATFORM_STATE_BUCKET: "acme-states" };
const CLOUD = { PLATFORM_BACKEND: "cloud", PLATFORM_HCP_ORGANIZATION: "acme" };
const KEY = "arn:aws:kms:eu-west-1:123456789012:key/1a2b3c4d";

const backendOf = (env: Record<string, string>) => {
  const { config, problems } = readConfig(env);
  expect(problems).toEqual([]);
  return config.backend;
};

test("the state bucket is in the environment's region, unless a variable sets another", () => {
  expect(backendOf({ ...S3, PLATFORM_REGION: "eu-west-1" })).toEqual({
    kind: "s3",
    bucket: "acme-states",
    region: "eu-west-1",
    kmsKey: undefined,
    pathStyle: false,
  });
  const elsewhere = { ...S3, PLATFORM_STATE_REGION: "eu-west-1", PLATFORM_STATE_KMS_KEY: KEY };
  expect(backendOf(elsewhere)).toMatchObject({ region: "eu-west-1", kmsKey: KEY });
});

test.each(["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])(
  "with %s set, S3 uses path-style addresses",
  (variable) => {
    expect(backendOf({ ...S3, [variable]: "http://127.0.0.1:4566" })).toMatchObject({
      pathStyle: true,
    });
  },
);

test("HCP Terraform is at app.terraform.io, unless a variable sets another host", () => {
  expect(backendOf(CLOUD)).toEqual({
    kind: "cloud",
    organization: "acme",
    hostname: "app.terraform.io",
    project: undefined,
    runRole: undefined,
  });
  const enterprise = {
    PLATFORM_HCP_HOSTNAME: "tfe.acme.com",
    PLATFORM_HCP_PROJECT: "the platform",
    PLATFORM_HCP_RUN_ROLE: "arn:aws:iam::123456789012:role/hcp",
  };
  expect(backendOf({ ...CLOUD, ...enterprise })).toMatchObject({
    hostname: "tfe.acme.com",
    project: "the platform",
    runRole: "arn:aws:iam::123456789012:role/hcp",
  });
});

test("local states are in a folder, which may be relative to the project", () => {
  const folderOf = (folder: string) => backendOf({ PLATFORM_STATE_FOLDER: folder });
  expect(folderOf("/states")).toEqual({ kind: "local", folder: "/states" });
  expect(folderOf("states")).toEqual({ kind: "local", folder: `${PROJECT_FOLDER}/states` });
});

test.each([
  "acme.states.eu",
  "acme-sthree-states",
  "acme-s3alias-states",
  "v1.2.3.4",
  "1.2.3.4.eu",
  "s".repeat(63),
])("%s can be the name of the state bucket", (bucket) => {
  expect(backendOf({ ...S3, PLATFORM_STATE_BUCKET: bucket })).toMatchObject({ bucket });
});

test("an empty variable counts as not set", () => {
  expect(backendOf({ PLATFORM_BACKEND: "", PLATFORM_STATE_BUCKET: "" })).toMatchObject({
    kind: "local",
  });
});

const BUCKET_RULE = "it must be a bucket name: 3 to 63 lower-case letters";

test.each<[string, Record<string, string>, string]>([
  [
    "an unknown backend",
    { PLATFORM_BACKEND: "gcs" },
    'PLATFORM_BACKEND is "gcs"; it must be local, s3 or cloud (HCP Terraform)',
  ],
  [
    "S3 without a bucket",
    { PLATFORM_BACKEND: "s3" },
    "PLATFORM_STATE_BUCKET is not set; with PLATFORM_BACKEND=s3 it must be a bucket name",
  ],
  [
    "HCP Terraform without an organization",
    { PLATFORM_BACKEND: "cloud" },
    "PLATFORM_HCP_ORGANIZATION is not set; with PLATFORM_BACKEND=cloud it must be the name of an organization",
  ],
  ...[
    "Acme-States",
    "s3",
    "s".repeat(64),
    "-states",
    "states-",
    "a..b",
    "192.168.0.1",
    "xn--states",
    "a_b",
  ].map((bucket): [string, Record<string, string>, string] => [
    `the bucket name ${bucket}, which S3 refuses`,
    { ...S3, PLATFORM_STATE_BUCKET: bucket },
    `PLATFORM_STATE_BUCKET is "${bucket}"; ${BUCKET_RULE}`,
  ]),
  [
    "an unknown bucket region",
    { ...S3, PLATFORM_STATE_REGION: "mars-1" },
    `PLATFORM_STATE_REGION is "mars-1"; it must be the bucket's region, one of us-east-1`,
  ],
  [
    "a KMS key given by its alias",
    { ...S3, PLATFORM_STATE_KMS_KEY: "alias/states" },
    'PLATFORM_STATE_KMS_KEY is "alias/states"; it must be the ARN of a KMS key',
  ],
  [
    "a KMS key in a region other than the bucket's",
    { ...S3, PLATFORM_STATE_KMS_KEY: KEY },
    "PLATFORM_STATE_KMS_KEY is in eu-west-1, but the bucket is in us-east-1; use a key in us-east-1",
  ],
  [
    "an invalid organization name",
    { ...CLOUD, PLATFORM_HCP_ORGANIZATION: "acme inc." },
    'PLATFORM_HCP_ORGANIZATION is "acme inc."; it must be the name of an organization',
  ],
  [
    "an invalid project name",
    { ...CLOUD, PLATFORM_HCP_PROJECT: "a/b" },
    'PLATFORM_HCP_PROJECT is "a/b"; it must be the name of a project',
  ],
  [
    "a URL instead of a host name",
    { ...CLOUD, PLATFORM_HCP_HOSTNAME: "https://tfe.acme.com" },
    'PLATFORM_HCP_HOSTNAME is "https://tfe.acme.com"; it must be a host name such as app.terraform.io, without https://',
  ],
  [
    "a role given by its name",
    { ...CLOUD, PLATFORM_HCP_RUN_ROLE: "hcp" },
    'PLATFORM_HCP_RUN_ROLE is "hcp"; it must be the ARN of a role, arn:aws:iam::ACCOUNT:role/NAME',
  ],
  [
    "a bucket that the local backend ignores",
    { PLATFORM_STATE_BUCKET: "acme-states" },
    'PLATFORM_STATE_BUCKET is "acme-states", but PLATFORM_BACKEND=local does not use it; unset PLATFORM_STATE_BUCKET, or set PLATFORM_BACKEND=s3',
  ],
  [
    "a folder that the S3 backend ignores",
    { ...S3, PLATFORM_STATE_FOLDER: "/states" },
    'PLATFORM_STATE_FOLDER is "/states", but PLATFORM_BACKEND=s3 does not use it; unset PLATFORM_STATE_FOLDER, or set PLATFORM_BACKEND=local',
  ],
  [
    "an organization that the S3 backend ignores",
    { ...S3, PLATFORM_HCP_ORGANIZATION: "acme" },
    'PLATFORM_HCP_ORGANIZATION is "acme", but PLATFORM_BACKEND=s3 does not use it',
  ],
  [
    "a workspace set with TF_WORKSPACE",
    { TF_WORKSPACE: "staging" },
    'TF_WORKSPACE is "staging", which would store all three states elsewhere; unset it',
  ],
])("%s is refused, with the allowed values and the fix", (_, env, sentence) => {
  const { problems } = readConfig(env);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(sentence);
});

test("all mistakes are reported at once, including mistakes in other settings", () => {
  const { problems } = readConfig({
    PLATFORM_BACKEND: "cloud",
    PLATFORM_STATE_BUCKET: "Acme",
    PLATFORM_HCP_TAGS: "a",
    PLATFORM_SUFFIX: "X",
  });
  expect(problems.map((problem) => problem.split(" ")[0])).toEqual([
    "PLATFORM_HCP_TAGS",
    "PLATFORM_SUFFIX",
    "PLATFORM_STATE_BUCKET",
    "PLATFORM_STATE_BUCKET",
    "PLATFORM_HCP_ORGANIZATION",
  ]);
});
