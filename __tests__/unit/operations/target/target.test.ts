import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readTarget } from "../../../../operations/target/target";
import { Refusal } from "../../../../operations/terminal/refusal";

const { signal } = new AbortController();

beforeEach(() => {
  vi.stubEnv("DOCKER_HOST", undefined);
  vi.stubEnv("TERRAFORM_BINARY_NAME", undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

test("an environment comes with the tools to deploy it, each for its region", async () => {
  const { config, services, terraform, docker, clients, ...target } = readTarget(signal, {
    PLATFORM_SUFFIX: "local",
    AWS_REGION: "eu-west-1",
  });
  expect(config).toMatchObject({ suffix: "local", region: "eu-west-1" });
  expect(Object.keys(services)).toContain("flask-api");
  expect(terraform).toBe("terraform");
  expect(docker.modem).toMatchObject({ socketPath: "/var/run/docker.sock" });
  expect(target.signal).toBe(signal);
  expect(target.clientSettings).toEqual({ region: "eu-west-1", maxAttempts: 3 });
  for (const client of Object.values(clients) as { config: (typeof clients.ecr)["config"] }[]) {
    expect(await client.config.region()).toBe("eu-west-1");
    expect(await client.config.maxAttempts()).toBe(3);
  }
});

test("Terraform gets the variables that select the environment, and asks nobody for its updates", () => {
  expect(readTarget(signal, { PLATFORM_SUFFIX: "local" }).environment).toEqual({
    PLATFORM_SUFFIX: "local",
    CHECKPOINT_DISABLE: "1",
  });
});

test("this process's variables choose another Terraform and another engine", () => {
  vi.stubEnv("TERRAFORM_BINARY_NAME", "/opt/terraform");
  vi.stubEnv("DOCKER_HOST", "unix:///run/user/1000/docker.sock");
  const { terraform, docker } = readTarget(signal, { PLATFORM_SUFFIX: "local" });
  expect(terraform).toBe("/opt/terraform");
  expect(docker.modem).toMatchObject({ socketPath: "/run/user/1000/docker.sock" });
});

test("every mistake in the settings is reported at once", () => {
  const mistakes = { PLATFORM_SUFFIX: "UPPER", PLATFORM_BACKEND: "ftp" };
  expect(() => readTarget(signal, mistakes)).toThrow(Refusal);
  expect(() => readTarget(signal, mistakes)).toThrow(/UPPER[\s\S]*\n[\s\S]*ftp/);
});
