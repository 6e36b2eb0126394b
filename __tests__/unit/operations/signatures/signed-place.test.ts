import { describe, expect, test, vi } from "vitest";
import { Repository } from "../../../../operations/signatures/registry";
import { SigningKey } from "../../../../operations/signatures/signing-key";
import { signedAtSource, signedHere } from "../../../../operations/signatures/signed-place";
import { readConfig } from "../../../../project";
import type { EnvironmentSettings } from "../../../../spec/environment/settings";
import { callsOf } from "../../../support/aws-calls";
import { environmentsWith } from "../../../support/environments";
import { refusal } from "../../../support/refusal";
import { fixture } from "../../../support/services";
import { targetOf } from "../../../support/target";

const digest = `sha256:${"4a".repeat(32)}`;
const HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

function targetWith(settings: EnvironmentSettings, env: Record<string, string> = {}) {
  const region = { PLATFORM_REGION: "us-east-1" };
  const target = targetOf(readConfig({ ...region, ...env }, environmentsWith(settings), fixture));
  const authorizationToken = Buffer.from("AWS:secret").toString("base64");
  callsOf(target.clients, {
    GetAuthorizationToken: () => {
      return { authorizationData: [{ authorizationToken, proxyEndpoint: `https://${HOST}` }] };
    },
  });
  return { ...target, report: vi.fn() };
}

const promoteFrom = { environment: "green" };

describe("an image of the environment", () => {
  test("is in its own repository, and signed with its own key", async () => {
    const signed = await signedHere(
      targetWith({ sign: true }),
      "web",
      `${HOST}/platform-dev/web@${digest}`,
    );
    expect(signed.reference).toEqual({ host: HOST, repository: "platform-dev/web", digest });
    expect(signed.repository).toBeInstanceOf(Repository);
    expect(signed.key).toBeInstanceOf(SigningKey);
    expect(signed.key.id).toBe("alias/platform-images-dev");
  });

  test("is in the registry of the local AWS, there", async () => {
    const target = targetWith({ sign: true }, { PLATFORM_REGISTRY: "http://127.0.0.1:4566" });
    const written = `127.0.0.1:4566/platform-dev/web@${digest}`;
    const { reference } = await signedHere(target, "web", written);
    expect(reference.host).toBe("127.0.0.1:4566");
  });

  test.each([
    `${HOST}/platform-prod/web@${digest}`,
    `${HOST}/platform-dev/orders@${digest}`,
    `registry.example/platform-dev/web@${digest}`,
    `${HOST}/platform-dev/web:latest`,
    `${HOST}/platform-dev/web@sha256:4a`,
    `${HOST}/platform-dev/web@${digest}@${digest}`,
    `${HOST}/platform-dev/web@${digest}0`,
    `${HOST}/platform-dev/web@undefined`,
  ])("is not %s", async (written) => {
    await expect(signedHere(targetWith({ sign: true }), "web", written)).rejects.toThrow(
      refusal(
        `"${written}" is not where dev has the image web`,
        `Write it as ${HOST}/platform-dev/web@sha256:…`,
      ),
    );
  });

  test("has a name that the catalogue knows", async () => {
    await expect(signedHere(targetWith({ sign: true }), "wbe", "")).rejects.toThrow(
      '"wbe" is not an image',
    );
  });

  test("is not signed where the environment does not say so", async () => {
    await expect(signedHere(targetWith({}), "web", "")).rejects.toThrow(
      refusal("dev signs no images", "Set sign: true in environments.ts."),
    );
  });
});

describe("an image of the environment that is promoted from", () => {
  test("is in that one's repository, with that one's key", async () => {
    const target = targetWith({ sign: true, promoteFrom });
    const written = `${HOST}/platform-green/web@${digest}`;
    const signed = await signedAtSource(target, "web", written);
    expect(signed.place.suffix).toBe("green");
    expect(signed.reference.repository).toBe("platform-green/web");
    expect(signed.key.id).toBe("alias/platform-images-green");
  });

  test("is in its account, where the key's alias has an ARN", async () => {
    const account = "210987654321";
    const target = targetWith({ sign: true, promoteFrom: { ...promoteFrom, account } });
    const host = HOST.replace("123456789012", account);
    const written = `${host}/platform-green/web@${digest}`;
    const signed = await signedAtSource(target, "web", written);
    expect(signed.reference.host).toBe(host);
    expect(signed.place).toMatchObject({ account, region: "us-east-1" });
    expect(signed.key.id).toBe(`arn:aws:kms:us-east-1:${account}:alias/platform-images-green`);
  });

  test("is in no environment where nothing is promoted", async () => {
    await expect(signedAtSource(targetWith({ sign: true }), "web", "")).rejects.toThrow(
      refusal("dev promotes no images", "npx platform verify-image is for the images"),
    );
  });
});
