import { isUtf8 } from "node:buffer";
import { Refusal } from "../terminal/refusal";
import { type HiddenInput, readHidden } from "./hidden-input";

/**
 * The most bytes of a secret: those of a parameter of the standard tier, which costs nothing.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
 */
export const MOST_BYTES = 4096;

/** AWS takes them for references to other parameters, and refuses them. */
const REFERENCE = /\{\{[^]*\}\}/;

/**
 * Reads a secret: from a terminal after a prompt, without showing it, or else all of the standard input.
 * One newline at its end is not part of it.
 *
 * @throws Refusal that does not repeat it
 */
export async function readSecretValue(
  input: AsyncIterable<Buffer | string> | HiddenInput,
  prompt: string,
): Promise<string> {
  const bytes =
    "isTTY" in input && input.isTTY ? await readHidden(input, prompt) : await readAll(input);
  return secretValue(bytes);
}

/** Checks what was read. */
export function secretValue(read: Buffer): string {
  if (read.length > MOST_BYTES + "\r\n".length || !isUtf8(read)) throw unsuitable(read);
  const value = read.toString("utf8").replace(/\r?\n$/, "");
  if (value === "") {
    throw new Refusal("The value is empty. Nothing was set.", WAYS);
  }
  if (Buffer.byteLength(value) > MOST_BYTES || value.includes("\0")) throw unsuitable(read);
  if (REFERENCE.test(value)) {
    throw new Refusal(
      "The value contains {{ and }}, which AWS does not accept in a parameter. Nothing was set.",
      "Keep it in Secrets Manager, and give the service its ARN in services/index.ts.",
    );
  }
  return value;
}

/** The ways to give a value. */
export const WAYS =
  "Type the value at the prompt, or give it on standard input: npx platform secret set … < FILE";

function unsuitable(read: Buffer): Refusal {
  return new Refusal(
    read.length > MOST_BYTES
      ? `The value has more than ${MOST_BYTES} bytes. Nothing was set.`
      : "The value is no text: it must be UTF-8 without a NUL character. Nothing was set.",
    read.length > MOST_BYTES
      ? "Keep it in Secrets Manager, and give the service its ARN in services/index.ts."
      : "Encode it, as base64 for example, and let the service decode it.",
  );
}

/** Stops at what is too long in any case. */
async function readAll(input: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of input) {
    const bytes = Buffer.from(part);
    parts.push(bytes);
    length += bytes.length;
    if (length > 2 * MOST_BYTES) break;
  }
  return Buffer.concat(parts);
}
