import { setTimeout as sleep } from "node:timers/promises";
import { GetPublicKeyCommand, KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { SigningKey } from "../../../../operations/signatures/signing-key";
import { Interrupted } from "../../../../operations/terminal/interruption";
import { awsError } from "../../../support/preflight";

vi.mock("node:timers/promises", () => ({ setTimeout: vi.fn() }));

const NOW = new Date("2026-12-01T10:00:00Z");
const denial = (words = "because no identity-based policy allows it") =>
  awsError("AccessDeniedException", `not authorized to perform: kms:Sign ${words}`);
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date", "performance"] });
  // Time passes only while something waits.
  vi.mocked(sleep).mockImplementation(async (ms = 0) => {
    vi.advanceTimersByTime(ms);
    return Promise.resolve(undefined);
  });
  return () => vi.useRealTimers();
});

interface Given {
  /** When the key was made, or why AWS does not tell. */
  readonly made: Date | Error;
  /** From then on the key's tags allow its use. @default never */
  readonly allowedAt?: Date;
  readonly error?: Error;
}

function keyWith({ made, allowedAt, error = denial() }: Given) {
  const kms = new KMSClient({ region: "us-east-1" });
  const interruption = new AbortController();
  const reports: string[] = [];
  const asked: string[] = [];
  // Of the client's many overloads, what is called.
  const sender: { send: (...args: never[]) => unknown } = kms;
  vi.spyOn(sender, "send").mockImplementation(async (command: object) => {
    asked.push(command.constructor.name);
    const isUse = command instanceof SignCommand || command instanceof GetPublicKeyCommand;
    expect(command).toHaveProperty("input.KeyId", "alias/platform-images-dev");
    if (!isUse && made instanceof Error) throw made;
    if (!isUse) return Promise.resolve({ KeyMetadata: { CreationDate: made } });
    if (!allowedAt || Date.now() < allowedAt.getTime()) throw error;
    return Promise.resolve({ Signature: new Uint8Array([1]), PublicKey: new Uint8Array([2]) });
  });
  const { signal } = interruption;
  const report = (line: string) => reports.push(line);
  const key = new SigningKey(kms, "alias/platform-images-dev", "dev", { report, signal });
  return { key, asked, reports, interruption };
}

const sign = async ({ key }: ReturnType<typeof keyWith>) => await key.sign(Buffer.from("text"));
const secondsPassed = () => (Date.now() - NOW.getTime()) / 1000;

describe("a key whose tags do not count yet", () => {
  test("is asked again until they do, and says why that takes time, every half minute", async () => {
    const given = keyWith({ made: minutesAgo(1), allowedAt: minutesAgo(-1) });
    expect(await sign(given)).toEqual(new Uint8Array([1]));
    expect(secondsPassed()).toBe(60);
    expect(given.reports).toEqual(
      Array(2).fill(
        "AWS may deny the new key alias/platform-images-dev until 10:05 UTC, trying again",
      ),
    );
    // Its age is asked for once.
    expect(given.asked.filter((name) => name === "DescribeKeyCommand")).toHaveLength(1);
  });

  test("is asked for its public half in the same way, which comes first", async () => {
    const { key } = keyWith({ made: NOW, allowedAt: minutesAgo(-5) });
    expect(await key.publicKey()).toEqual(new Uint8Array([2]));
    expect(secondsPassed()).toBe(300);
  });

  test("fails once they must count, with AWS's words and what allows it", async () => {
    const given = keyWith({ made: minutesAgo(2) });
    const signed = sign(given);
    await expect(signed).rejects.toThrow(
      "AWS denies the key alias/platform-images-dev, though it is 6 minutes old and its tags count (AccessDeniedException: not authorized to perform: kms:Sign because no identity-based policy allows it).",
    );
    await expect(signed).rejects.toThrow("→ For a role of setup/aws: npx platform setup.");
    expect(secondsPassed()).toBe(240);
  });

  test("is waited for no longer by a clock that is slow", async () => {
    await expect(sign(keyWith({ made: minutesAgo(-30) }))).rejects.toThrow("AWS denies the key");
    expect(secondsPassed()).toBe(360);
  });

  test("is not waited for after Ctrl-C", async () => {
    const given = keyWith({ made: NOW, allowedAt: minutesAgo(-2) });
    vi.mocked(sleep).mockImplementation(async () => {
      given.interruption.abort(new Interrupted());
      return Promise.reject(new Error("aborted"));
    });
    await expect(sign(given)).rejects.toThrow(Interrupted);
  });
});

describe("a denial that no tag will lift fails at once, in AWS's words,", () => {
  test.each<[string, Given]>([
    ["of a key that is old", { made: minutesAgo(6) }],
    ["of a key whose age the caller may not know", { made: denial() }],
    [
      "by a policy that forbids it",
      { made: NOW, error: denial("with an explicit deny in a resource-based policy") },
    ],
  ])("%s", async (_, given) => {
    const asked = keyWith(given);
    await expect(sign(asked)).rejects.toThrow(/^not authorized to perform: kms:Sign/);
    expect(asked.reports).toEqual([]);
    expect(secondsPassed()).toBe(0);
  });

  test("as does any other error", async () => {
    const throttled = awsError("ThrottlingException", "Rate exceeded");
    await expect(sign(keyWith({ made: NOW, error: throttled }))).rejects.toBe(throttled);
    expect(secondsPassed()).toBe(0);
  });
});
