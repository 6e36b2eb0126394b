import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { expect, test, vi } from "vitest";
import { restart } from "../../../../operations/secrets/restart";
import { readConfig } from "../../../../project";
import { answer, awsError } from "../../../support/preflight";
import { fixture } from "../../../support/services";

vi.mock("node:timers/promises", () => ({ setTimeout: vi.fn() }));

const { config } = readConfig({});

function propsOf(ecs: ECSClient) {
  return { ecs, config, services: fixture, signal: new AbortController().signal };
}

/** ECS, which starts the deployment `new` and then reports these states of it, one a look. */
function ecsWith(...states: (readonly object[])[]) {
  const ecs = new ECSClient({ region: "us-east-1" });
  const sent = vi.spyOn(ecs, "send").mockImplementation((command) => {
    if (command instanceof UpdateServiceCommand)
      return { service: { deployments: [{ id: "new", status: "PRIMARY" }, { id: "old" }] } };
    return { services: [{ deployments: states.shift() ?? [] }] };
  });
  return { ecs, sent };
}

const of = (rolloutState: string, more = {}) => ({ id: "new", rolloutState, ...more });
const OLD = { id: "old", rolloutState: "COMPLETED" };

test("a restart makes ECS replace the tasks of this service, and ends once the new ones are healthy", async () => {
  const { ecs, sent } = ecsWith([of("IN_PROGRESS"), OLD], [of("COMPLETED")]);
  expect(await restart("web", propsOf(ecs))).toBe("web runs with the secret.");
  const [[first] = []] = sent.mock.calls;
  expect((first as UpdateServiceCommand).input).toEqual({
    cluster: "platform-dev",
    service: "platform-web-dev",
    forceNewDeployment: true,
  });
  expect(sent.mock.calls.filter(([each]) => each instanceof DescribeServicesCommand)).toHaveLength(
    2,
  );
});

test.each<[string, readonly object[], string]>([
  ["fails", [of("FAILED", { rolloutStateReason: "tasks failed to start" })], "tasks failed"],
  ["is rolled back", [{ id: "rollback", rolloutState: "COMPLETED" }], "another deployment"],
])("a restart that %s is a failure, and says how to learn why", async (_, state, reason) => {
  const { ecs } = ecsWith(state);
  const restarted = restart("web", propsOf(ecs));
  await expect(restarted).rejects.toThrow(reason);
  await expect(restarted).rejects.toThrow("npx platform diagnose dev web");
});

test.each(["ClusterNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException"])(
  "a service that is not deployed needs no restart: %s",
  async (name) => {
    const ecs = new ECSClient({ region: "us-east-1" });
    answer(ecs, awsError(name));
    expect(await restart("web", propsOf(ecs))).toContain("web is not deployed");
  },
);

test("a caller that may not restart learns that the secret is set, and the permission", async () => {
  const ecs = new ECSClient({ region: "us-east-1" });
  answer(ecs, awsError("AccessDeniedException"));
  await expect(restart("web", propsOf(ecs))).rejects.toThrow(
    /The secret is set, but web could not be restarted[^]*ecs:UpdateService/,
  );
});
