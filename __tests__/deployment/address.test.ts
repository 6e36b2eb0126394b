import { addressSentence } from "../../deployment/address";
import { readConfig } from "../../stacks/config";

test("without a domain a deployment ends with the address and the warning that it is plain HTTP", () => {
  const sentence = addressSentence(
    readConfig({}).config,
    "http://platform-dev-1.elb.amazonaws.com",
  );
  expect(sentence).toContain(
    "answers at http://platform-dev-1.elb.amazonaws.com. This is plain HTTP",
  );
  expect(sentence).toContain("PLATFORM_DOMAIN");
});

test("with a domain it ends with the domain's address alone", () => {
  const domain = { PLATFORM_DOMAIN: "dev.example.com", PLATFORM_HOSTED_ZONE: "example.com" };
  const sentence = addressSentence(readConfig(domain).config, "https://dev.example.com");
  expect(sentence).toContain("answers at https://dev.example.com.");
  expect(sentence).not.toContain("plain HTTP");
});
