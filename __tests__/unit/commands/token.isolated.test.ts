import { Command } from "commander";
import { beforeEach, expect, test, vi } from "vitest";
import { token } from "../../../commands/token";
import { issueToken } from "../../../operations/identity/token";

vi.mock("../../../operations/identity/token", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  issueToken: vi.fn(),
}));

const printed: string[] = [];
beforeEach(() => {
  vi.resetAllMocks();
  printed.length = 0;
  vi.spyOn(console, "error").mockReturnValue();
  vi.spyOn(console, "log").mockImplementation((line: string) => {
    printed.push(line);
  });
  vi.mocked(issueToken).mockResolvedValue({ token: "a.b.c", seconds: 900 });
});

async function ask(...args: string[]): Promise<void> {
  const program = new Command("token").exitOverride();
  token(program);
  await program.parseAsync(args, { from: "user" });
}

test("only the token is printed, so that a shell can put it into a header", async () => {
  await ask("dev");
  expect(printed).toEqual(["a.b.c"]);
});

test("a protected environment gives a token to a named user alone", async () => {
  await expect(ask("prod")).rejects.toMatchObject({ name: "Refusal" });
  expect(issueToken).not.toHaveBeenCalled();
  await ask("prod", "--user", "ada");
  expect(vi.mocked(issueToken).mock.lastCall?.[2]).toBe("ada");
});

test.each(["ada lovelace", "$(id)", "", "x".repeat(129)])(
  "a name that a shell or a log could confuse is refused: %j",
  async (name) => {
    await expect(ask("dev", "--user", name)).rejects.toMatchObject({ name: "Refusal" });
    expect(issueToken).not.toHaveBeenCalled();
  },
);
