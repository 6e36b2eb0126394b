import Docker from "dockerode";
import { type MockInstance, expect, vi } from "vitest";
import type { CheckContext } from "../../operations/checks/check";
import { createClients } from "../../operations/checks/clients";
import { readConfig } from "../../project";
import type { EnvironmentSettings } from "../../spec/environment/settings";
import { environmentsWith } from "./environments";
import { fixture } from "./services";

const KEYS = { accessKeyId: "test", secretAccessKey: "test" };

/** A check's context for the settings of a test; nothing in it reaches beyond this process. */
export function checkContext(
  variables: Record<string, string> = {},
  given: Partial<CheckContext> = {},
  settings: EnvironmentSettings = {},
): CheckContext {
  const { config, problems } = readConfig(variables, environmentsWith(settings));
  expect(problems).toEqual([]);
  const clientSettings = { credentials: KEYS, endpoint: "http://127.0.0.1:1", maxAttempts: 1 };
  return {
    config,
    clientSettings,
    services: fixture,
    terraform: "/nowhere/terraform",
    docker: new Docker({ socketPath: "/nowhere/docker.sock" }),
    clients: createClients(clientSettings, config.region),
    ...given,
  };
}

/** Makes an SDK client give one answer to every request, or fail with one error. */
export function answer(
  client: { send: (...args: never[]) => unknown },
  reply: unknown,
): MockInstance {
  return vi.spyOn(client, "send").mockImplementation(async () => {
    if (reply instanceof Error) throw reply;
    return Promise.resolve(reply);
  });
}

/** An error as the SDK throws it for a service's answer. */
export function awsError(name: string, message = "no"): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
}
