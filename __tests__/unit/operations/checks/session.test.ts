import { expect, test, vi } from "vitest";
import { session } from "../../../../operations/checks/session";
import { checkContext } from "../../../support/preflight";

/** Credentials that expire in `minutes`, from a source named as in the SDK. */
function ending(minutes: number, source: string) {
  const context = checkContext();
  vi.spyOn(context.clients.sts.config, "credentials").mockResolvedValue({
    ...{ accessKeyId: "test", secretAccessKey: "test", $source: { [source]: "x" } },
    // Half a minute for the test itself.
    expiration: new Date(Date.now() + (minutes + 0.5) * 60_000),
  });
  return context;
}

test("credentials that can expire during a deployment are a problem", async () => {
  expect(await session.run(ending(12, "CREDENTIALS_ENV_VARS"))).toEqual({
    problems: [
      {
        problem: "the AWS credentials expire in 12 min, but a deployment can take 30",
        fix: "log in again and export the new credentials",
      },
    ],
  });
});

test("credentials that last longer are no problem", async () => {
  expect(await session.run(ending(31, "CREDENTIALS_ENV_VARS"))).toEqual({ found: "31 min" });
});

test("credentials that renew themselves, like an instance's, are no problem", async () => {
  expect(await session.run(ending(12, "CREDENTIALS_HTTP"))).toEqual({
    found: "12 min, then renewed automatically",
  });
});

test("credentials that do not expire are no problem", async () => {
  expect(await session.run(checkContext())).toEqual({ found: "the credentials do not expire" });
});
