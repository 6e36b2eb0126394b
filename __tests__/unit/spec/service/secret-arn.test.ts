import { expect, test } from "vitest";
import { readSecretArn, secretArnProblem } from "../../../../spec/service/secret-arn";

const START = "arn:aws:secretsmanager:us-east-1:123456789012:secret";

test.each([
  "arn:aws:ssm:us-east-1:123456789012:parameter/license",
  "arn:aws:ssm:eu-west-1:210987654321:parameter/acme/web/license.v2",
  "arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/license",
  `${START}:stripe-AbCdEf`,
  `${START}:acme/stripe_key+1=2.3@x-AbCdE1`,
  `${START}:rds!db-1-AbCdEf`,
  `${START}:stripe-AbCdEf:key::`,
  `${START}:stripe-AbCdEf::AWSPREVIOUS:`,
  `${START}:stripe-AbCdEf:key::8d4c0b6e`,
])("%s is right", (arn) => {
  expect(secretArnProblem(arn)).toBeUndefined();
});

test.each<[string, string]>([
  ["arn:aws:s3:::bucket", "it must be arn:aws:ssm:"],
  ["urn:aws:ssm:us-east-1:123456789012:parameter/x", "it must be arn:aws:ssm:"],
  ["arn:aws:ssm:us-east-9:123456789012:parameter/x", 'its region is "us-east-9"'],
  ["arn:aws-cn:ssm:cn-north-1:123456789012:parameter/x", 'its region is "cn-north-1"'],
  ["arn:aws:ssm:us-gov-west-1:123456789012:parameter/x", "is in aws-us-gov"],
  ["arn:aws-us-gov:ssm:us-east-1:123456789012:parameter/x", "us-east-1 is in aws"],
  ["arn:aws:ssm:us-east-1:12345:parameter/x", 'its account is "12345"'],
  ["arn:aws:ssm:us-east-1::parameter/x", 'its account is ""'],
  ["arn:aws:ssm:us-east-1:000000000000:parameter/x", 'its account is "000000000000"'],
  ["arn:aws:ssm:us-east-1:123456789012:parameter", "it must end with parameter/"],
  ["arn:aws:ssm:us-east-1:123456789012:parameter/", "it must end with parameter/"],
  ["arn:aws:ssm:us-east-1:123456789012:parameter//x", "it must end with parameter/"],
  ["arn:aws:ssm:us-east-1:123456789012:parameter/x:3", "without a version"],
  ["arn:aws:ssm:us-east-1:123456789012:document/x", "it must end with parameter/"],
  [`${START}:stripe`, "the six characters"],
  [`${START}:stripe-AbCdEf:key`, "with all three colons"],
  [`${START}:*`, "it must end with secret:"],
  [`${START}:stripe-AbCdEf::AWSCURRENT:8d4c0b6e`, "ECS allows one of them"],
])("%s is refused", (arn, problem) => {
  expect(secretArnProblem(arn)).toContain(problem);
});

test("what IAM grants is the secret, without the key that a variable takes from it", () => {
  expect(readSecretArn(`${START}:acme/stripe-AbCdEf:key::`)).toEqual({
    kind: "secret",
    region: "us-east-1",
    account: "123456789012",
    resource: `${START}:acme/stripe-AbCdEf`,
    name: "acme/stripe-AbCdEf",
  });
  const parameter = "arn:aws:ssm:eu-west-1:123456789012:parameter/acme/license";
  expect(readSecretArn(parameter)).toEqual({
    kind: "parameter",
    region: "eu-west-1",
    account: "123456789012",
    resource: parameter,
    name: "/acme/license",
  });
});
