import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { expect, test } from "vitest";
import { logIn, regionOfRegistry } from "../../../../operations/images/registry-login";
import { answer } from "../../../support/preflight";

test("a login is the user and the password in ECR's token", async () => {
  const ecr = new ECRClient({ region: "eu-west-1" });
  const authorizationToken = Buffer.from("AWS:secret").toString("base64");
  const send = answer(ecr, {
    authorizationData: [{ authorizationToken, proxyEndpoint: "https://a.example" }],
  });
  expect(await logIn(ecr)).toEqual({ username: "AWS", password: "secret", host: "a.example" });
  expect(send).toHaveBeenCalledWith(expect.any(GetAuthorizationTokenCommand));
});

test("without a token there is no login, and the registry says so", async () => {
  const ecr = new ECRClient({ region: "eu-west-1" });
  for (const reply of [{}, { authorizationData: [{}] }]) {
    answer(ecr, reply);
    expect(await logIn(ecr)).toEqual({ username: "", password: "", host: "" });
  }
});

test.each([
  ["123456789012.dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1"],
  ["https://123456789012.dkr.ecr.us-gov-west-1.amazonaws.com", "us-gov-west-1"],
  ["http://123456789012.dkr-ecr.us-east-1.amazonaws.com", "us-east-1"],
  ["123456789012.dkr.ecr-fips.us-east-1.amazonaws.com", "us-east-1"],
  ["127.0.0.1:4566", undefined],
  ["1234.dkr.ecr.eu-west-1.amazonaws.com", undefined],
  ["mirror/123456789012.dkr.ecr.eu-west-1.amazonaws.com", undefined],
])("the registry %s is in the region %s", (host, region) => {
  expect(regionOfRegistry(host)).toBe(region);
});
