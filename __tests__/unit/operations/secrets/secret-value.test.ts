import { Readable } from "node:stream";
import { expect, test } from "vitest";
import {
  MOST_BYTES,
  readSecretValue,
  secretValue,
} from "../../../../operations/secrets/secret-value";

const piped = async (...parts: string[]) =>
  await readSecretValue(Readable.from(parts.map((part) => Buffer.from(part))), "?");

test.each<[string, string]>([
  ["sesame", "sesame"],
  ["sesame\n", "sesame"],
  ["sesame\r\n", "sesame"],
  ["sesame\n\n", "sesame\n"],
  [" sesame ", " sesame "],
  ["-----BEGIN KEY-----\nabc\n-----END KEY-----\n", "-----BEGIN KEY-----\nabc\n-----END KEY-----"],
  ["${SECRET} $(id) {{", "${SECRET} $(id) {{"],
  ["é".repeat(MOST_BYTES / 2), "é".repeat(MOST_BYTES / 2)],
  ["x".repeat(MOST_BYTES) + "\n", "x".repeat(MOST_BYTES)],
])(
  "all of the standard input is the value, but one newline at its end: %j",
  async (given, value) => {
    expect(await piped(given)).toBe(value);
  },
);

test("a value that arrives in parts is one", async () => {
  expect(await piped("ses", "ame\n")).toBe("sesame");
});

test.each<[string, string, string]>([
  ["", "The value is empty", "give it on standard input"],
  ["\n", "The value is empty", "give it on standard input"],
  ["x".repeat(MOST_BYTES + 1), "more than 4096 bytes", "Keep it in Secrets Manager"],
  ["é".repeat(MOST_BYTES / 2) + "x", "more than 4096 bytes", "Keep it in Secrets Manager"],
  ["x".repeat(100_000), "more than 4096 bytes", "Keep it in Secrets Manager"],
  ["a\0b", "no text", "Encode it, as base64"],
  ["a {{ssm:other}} b", "contains {{ and }}", "Keep it in Secrets Manager"],
])("%j is refused, without repeating it", async (given, problem, way) => {
  const refusal = await piped(given).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ name: "Refusal" });
  const { message, fix } = refusal as { message: string; fix: string };
  expect(message).toContain(problem);
  expect(message).toContain("Nothing was set.");
  expect(fix).toContain(way);
  if (given.trim()) expect(message + fix).not.toContain(given);
});

test("what is not UTF-8 is refused: it would be set as something else", () => {
  expect(() => secretValue(Buffer.from([0xff, 0xfe, 0x00]))).toThrow("no text");
});
