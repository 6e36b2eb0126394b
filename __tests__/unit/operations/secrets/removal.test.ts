import { DeleteParametersCommand } from "@aws-sdk/client-ssm";
import { expect, test, vi } from "vitest";
import { removeSecretsPhase } from "../../../../operations/secrets/removal";
import { readConfig } from "../../../../project";
import type { Services } from "../../../../spec/service/spec";
import { answer, awsError } from "../../../support/preflight";
import { fixture } from "../../../support/services";
import { targetOf } from "../../../support/target";

const GONE = awsError("RepositoryNotFoundException");
const THERE = { repositories: [{ repositoryArn: "arn:aws:ecr:us-east-1:1:repository/x" }] };
const NAMES = ["/platform-dev/web/STRIPE_KEY", "/platform-dev/gone/KEY"];

/** Removes the secrets of an environment with these parameters, or whose list AWS denies. */
async function removed(
  reply: unknown = { Parameters: NAMES.map((Name) => ({ Name })) },
  {
    suffix = "dev",
    repository = GONE,
    services = fixture,
  }: { suffix?: string; repository?: unknown; services?: Services } = {},
) {
  const { config } = readConfig({ PLATFORM_SUFFIX: suffix });
  const target = targetOf({ config, services });
  answer(target.clients.ecr, repository);
  const asked = answer(target.clients.ssm, reply);
  const phase = removeSecretsPhase(target);
  expect(phase.title).toBe("Secrets");
  const outcome = phase.run(vi.fn());
  await outcome.catch(() => undefined);
  const deleted = asked.mock.calls.flatMap(([command]) =>
    command instanceof DeleteParametersCommand ? (command.input.Names ?? []) : [],
  );
  return { outcome, deleted, asked };
}

test("an environment's parameters go with it, also of services that have left the catalogue", async () => {
  const { outcome, deleted } = await removed();
  expect(deleted).toEqual(NAMES);
  await expect(outcome).resolves.toBe("2 removed below /platform-dev");
});

test("an environment without secrets has none to remove", async () => {
  const { outcome, deleted } = await removed({ Parameters: [] });
  await expect(outcome).resolves.toBe("none is there");
  expect(deleted).toEqual([]);
});

test("the secrets that all previews share stay", async () => {
  const { outcome, asked } = await removed(undefined, { suffix: "pr-7" });
  await expect(outcome).resolves.toBe("those of all previews stay");
  expect(asked).not.toHaveBeenCalled();
});

test("an environment that still exists, because its states are elsewhere, keeps its secrets", async () => {
  const { outcome, asked } = await removed(undefined, { repository: THERE });
  await expect(outcome).resolves.toBe("kept: dev still exists");
  expect(asked).not.toHaveBeenCalled();
});

test("a role that may not list them fails the destruction of an environment with secrets alone", async () => {
  const denied = awsError("AccessDeniedException");
  const none = await removed(denied);
  await expect(none.outcome).resolves.toMatch(/^not listed: the caller lacks/);
  const services = { ...fixture, web: { ...fixture.web, secrets: ["KEY"] } };
  const some = await removed(denied, { services });
  await expect(some.outcome).rejects.toThrow(denied);
});
