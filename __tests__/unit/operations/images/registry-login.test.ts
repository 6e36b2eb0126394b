import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { expect, test } from "vitest";
import { logIn } from "../../../../operations/images/registry-login";
import { answer } from "../../../support/preflight";

test("a login is the user and the password in ECR's token", async () => {
  const ecr = new ECRClient({ region: "eu-west-1" });
  const authorizationToken = Buffer.from("AWS:secret").toString("base64");
  const send = answer(ecr, { authorizationData: [{ authorizationToken }] });
  expect(await logIn(ecr)).toEqual({ username: "AWS", password: "secret" });
  expect(send).toHaveBeenCalledWith(expect.any(GetAuthorizationTokenCommand));
});

test("without a token there is no login, and the registry says so", async () => {
  const ecr = new ECRClient({ region: "eu-west-1" });
  for (const reply of [{}, { authorizationData: [{}] }]) {
    answer(ecr, reply);
    expect(await logIn(ecr)).toEqual({ username: "", password: "" });
  }
});
