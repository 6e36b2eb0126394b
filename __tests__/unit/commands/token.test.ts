import { beforeEach, expect, test, vi } from "vitest";
import { token } from "../../../commands/token";
import * as tokens from "../../../operations/identity/token";
import { hearLines, run } from "../../support/command";

let heard: ReturnType<typeof hearLines>;
beforeEach(() => {
  heard = hearLines();
  vi.spyOn(tokens, "issueToken").mockResolvedValue({ token: "a.b.c", seconds: 900 });
});

test("only the token is printed, so that a shell can put it into a header", async () => {
  await run(token, "dev");
  expect(heard.out).toEqual(["a.b.c"]);
});

test("a protected environment gives a token to a named user alone", async () => {
  await expect(run(token, "prod")).rejects.toMatchObject({ name: "Refusal" });
  expect(tokens.issueToken).not.toHaveBeenCalled();
  await run(token, "prod", "--user", "ada");
  expect(vi.mocked(tokens.issueToken).mock.lastCall?.[2]).toBe("ada");
});

test.each(["ada lovelace", "$(id)", "", "x".repeat(129)])(
  "a name that a shell or a log could confuse is refused: %j",
  async (name) => {
    await expect(run(token, "dev", "--user", name)).rejects.toMatchObject({ name: "Refusal" });
    expect(tokens.issueToken).not.toHaveBeenCalled();
  },
);
