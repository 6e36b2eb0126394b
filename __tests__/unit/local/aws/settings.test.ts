import { expect, test } from "vitest";
import { readFileStateSettings, readLocalSettings } from "../../../../local/aws/settings";

test("a program on the local AWS gets nothing that points to another account or endpoint", () => {
  const { environment } = readFileStateSettings({
    AWS_PROFILE: "work",
    AWS_DEFAULT_PROFILE: "work",
    AWS_SESSION_TOKEN: "token",
    AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/admin",
    AWS_WEB_IDENTITY_TOKEN_FILE: "/token",
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/creds",
    AWS_ENDPOINT_URL_S3: "https://s3.example.com",
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
    AWS_USE_FIPS_ENDPOINT: "true",
    AWS_CA_BUNDLE: "/ca.pem",
    AWS_CONFIG_FILE: "/home/me/aws",
    TF_DATA_DIR: "/terraform",
    TF_WORKSPACE: "other",
    TF_CLI_ARGS_apply: "-target=x",
    AWS_PAGER: "less",
    HTTP_PROXY: "http://proxy:3128",
    no_proxy: "intranet",
  });
  const removed = Object.entries<string | undefined>(environment).flatMap(([name, value]) =>
    value === undefined ? [name] : [],
  );
  expect(removed.sort()).toEqual([
    "AWS_CA_BUNDLE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_PROFILE",
    "AWS_ENDPOINT_URL_S3",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_SESSION_TOKEN",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "TF_CLI_ARGS_apply",
    "TF_DATA_DIR",
    "TF_WORKSPACE",
  ]);
  expect(environment).toMatchObject({
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    NO_PROXY: "intranet,127.0.0.1,localhost",
    no_proxy: "intranet,127.0.0.1,localhost",
  });
  expect(environment).not.toHaveProperty("AWS_PAGER");
});

test("every tool finds the same region, whichever variable it reads", () => {
  const { environment, config } = readFileStateSettings({ AWS_DEFAULT_REGION: "eu-west-1" });
  expect(environment).toMatchObject({ AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1" });
  expect(config.region).toBe("eu-west-1");
});

test("tasks get the keys of Cognito at the name of the local AWS in their network", () => {
  const { config } = readFileStateSettings({
    LOCAL_AWS_PORT: "4600",
    PLATFORM_COGNITO: "https://cognito.example.com",
  });
  expect(config.cognito).toBe("http://fargate-platform-local-aws-4600:4600");
});

const CLOUD = { PLATFORM_BACKEND: "cloud", PLATFORM_HCP_ORGANIZATION: "acme" };

test("the local AWS can have its states in HCP Terraform, which refuses -reconfigure", () => {
  const { config, environment } = readLocalSettings(CLOUD);
  expect(config.backend).toMatchObject({ kind: "cloud", organization: "acme" });
  expect(environment.TF_CLI_ARGS_init).toBe("");
  expect(readLocalSettings({}).environment.TF_CLI_ARGS_init).toBe("-reconfigure");
});

test.each([
  [{}, 60],
  [{ LOCAL_AWS_MINUTE: "5" }, 5],
])("with %j, a minute of the local AWS's metrics lasts %i seconds", (variables, seconds) => {
  expect(readFileStateSettings(variables).minuteSeconds).toBe(seconds);
});

test("an empty variable of this machine counts as none", () => {
  const empty = {
    LOCAL_AWS_PORT: "",
    LOCAL_AWS_IAM: "",
    LOCAL_AWS_MINUTE: "",
    LOCAL_CACHE_FOLDER: "",
    LOCAL_PROVIDER_MIRROR: "",
  };
  expect(readFileStateSettings(empty)).toEqual(readFileStateSettings({}));
});

test.each(["0", "61", "1.5", "5s"])(
  "a minute of %j is refused with what is allowed",
  (LOCAL_AWS_MINUTE) => {
    expect(() => readFileStateSettings({ LOCAL_AWS_MINUTE })).toThrow(
      `LOCAL_AWS_MINUTE is "${LOCAL_AWS_MINUTE}"; it must be a whole number of seconds from 1 to 60`,
    );
  },
);
