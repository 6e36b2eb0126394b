import { expect, test, vi } from "vitest";
import { session } from "../../../../operations/checks/session";
import { checkContext } from "../../../support/preflight";

/** Credentials that expire in `minutes`, from a source named as in the SDK, if it has a name. */
function ending(minutes: number, source?: string) {
  const context = checkContext();
  vi.spyOn(context.clients.sts.config, "credentials").mockResolvedValue({
    ...{ accessKeyId: "test", secretAccessKey: "test" },
    ...(source !== undefined && { $source: { [source]: "x" } }),
    // Half a minute for the test itself.
    expiration: new Date(Date.now() + (minutes + 0.5) * 60_000),
  });
  return context;
}

test.each([
  [12, 12, "CREDENTIALS_ENV_VARS"],
  [29, 29, "CREDENTIALS_CODE"],
  [-5, 0, "CREDENTIALS_ENV_VARS"],
])(
  "credentials that end in %i min are a problem: a deployment could outlast the %i min",
  async (minutes, left, source) => {
    expect(await session.run(ending(minutes, source))).toEqual({
      problems: [
        {
          problem: `the AWS credentials expire in ${left} min, but a deployment can take 30`,
          fix: "log in again and export the new credentials",
        },
      ],
    });
  },
);

test("credentials that last as long as a deployment are no problem", async () => {
  expect(await session.run(ending(30, "CREDENTIALS_ENV_VARS"))).toEqual({ found: "30 min" });
});

test.each(["CREDENTIALS_HTTP", undefined])(
  "credentials that renew themselves, like an instance's (%s), are no problem",
  async (source) => {
    expect(await session.run(ending(12, source))).toEqual({
      found: "12 min, then renewed automatically",
    });
  },
);

test("credentials that do not expire are no problem", async () => {
  expect(await session.run(checkContext())).toEqual({ found: "the credentials do not expire" });
});
