import { ECRClient } from "@aws-sdk/client-ecr";
import { expect, test } from "vitest";
import { cacheLogin } from "../../../../operations/images/cache-login";
import { readConfig } from "../../../../project";
import { environmentsWith } from "../../../support/environments";
import { answer } from "../../../support/preflight";
import { fixture } from "../../../support/services";

const HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
const LOCAL = { PLATFORM_REGISTRY: "http://127.0.0.1:4566" };
const auth = Buffer.from("AWS:s3cr3t").toString("base64");
const services = { ...fixture, web: { ...fixture.web, build: { cache: true } } };

/** The logins that a build reads, and how often ECR was asked for one. */
async function logins(given: Partial<Parameters<typeof cacheLogin>[1]>, shell = {}) {
  const ecr = new ECRClient({ region: "us-east-1" });
  const reply = { authorizationToken: auth, proxyEndpoint: `https://${HOST}` };
  const send = answer(ecr, { authorizationData: [reply] });
  const { config } = readConfig({}, environmentsWith());
  const { DOCKER_AUTH_CONFIG: words, ...others } = await cacheLogin(
    ecr,
    { config, services, ...given },
    shell,
  );
  expect(others).toEqual({});
  const found: unknown = words === undefined ? undefined : JSON.parse(words);
  return { found, asked: send.mock.calls.length };
}

test("a build with a cache reads the caller's login to ECR", async () => {
  expect((await logins({})).found).toEqual({ auths: { [HOST]: { auth } } });
});

test("on the local AWS the login is for its registry", async () => {
  const { config } = readConfig(LOCAL);
  expect((await logins({ config })).found).toEqual({ auths: { "127.0.0.1:4566": { auth } } });
});

test("the shell's own logins stay, unless Docker could not read them either", async () => {
  const own = { "ghcr.io": { auth: "bWU6aXQ=" } };
  const shell = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: own }) };
  expect((await logins({}, shell)).found).toEqual({ auths: { ...own, [HOST]: { auth } } });
  for (const DOCKER_AUTH_CONFIG of ["", "no JSON", "[]"]) {
    const { found } = await logins({}, { DOCKER_AUTH_CONFIG });
    expect(found).toEqual({ auths: { [HOST]: { auth } } });
  }
});

test("without a cache, or where nothing is built, there is no login", async () => {
  const promoting = readConfig({}, environmentsWith({ promoteFrom: { environment: "blue" } }));
  for (const given of [{ services: fixture }, { config: promoting.config }]) {
    expect(await logins(given)).toEqual({ found: undefined, asked: 0 });
  }
});
