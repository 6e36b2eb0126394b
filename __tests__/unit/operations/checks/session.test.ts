import { expect, test, vi } from "vitest";
import { session } from "../../../../operations/checks/session";
import { checkContext } from "../../../support/preflight";

/** Credentials that end so many minutes from now, from a source as the SDK names it. */
function ending(minutes: number, source: string) {
  const context = checkContext();
  vi.spyOn(context.clients.sts.config, "credentials").mockResolvedValue({
    ...{ accessKeyId: "test", secretAccessKey: "test", $source: { [source]: "x" } },
    // Half a minute for the test itself.
    expiration: new Date(Date.now() + (minutes + 0.5) * 60_000),
  });
  return context;
}

test("credentials that end before a deployment may are a problem", async () => {
  expect(await session.run(ending(12, "CREDENTIALS_ENV_VARS"))).toEqual({
    problems: [
      {
        problem: "the AWS credentials expire in 12 min, but a deployment can take 30",
        fix: "log in again and export the new credentials",
      },
    ],
  });
});

test("credentials that last longer are none", async () => {
  expect(await session.run(ending(31, "CREDENTIALS_ENV_VARS"))).toEqual({ found: "31 min" });
});

test("nor are those that are renewed by themselves, as an instance's", async () => {
  expect(await session.run(ending(12, "CREDENTIALS_HTTP"))).toEqual({
    found: "12 min, then renewed automatically",
  });
});

test("nor those without an end", async () => {
  expect(await session.run(checkContext())).toEqual({ found: "the credentials do not expire" });
});
