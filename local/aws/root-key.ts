import { randomBytes, randomInt } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { hasCode } from "../../operations/target/error-code";
import { PROJECT_FOLDER } from "../../project";

/** The access key of an account's root, in the form of AWS's own. */
export interface RootKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** In a checkout. Readable by the user alone; `down` removes it. */
const FOLDER = path.join(".platform", "local-aws", "keys");

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
const KEY_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * The root key of this checkout's local AWS on a port, which is made when it is first asked for. It
 * stays the same until `down`, so shells and states go on working when the container is replaced.
 */
export function rootKey(port: number): RootKey {
  const file = fileOf(port);
  return readKey(file) ?? makeKey(file);
}

/** Forgets the root key; the next local AWS on the port gets another one. */
export function forgetRootKey(port: number): void {
  rmSync(fileOf(port), { force: true });
}

/** Whether a checkout has the key that a local AWS on a port was started with. */
export function hasKeyOf(checkout: string, port: number, variables: readonly string[]): boolean {
  try {
    const key = readKey(fileOf(port, checkout));
    return key !== undefined && rootVariables(key).every((each) => variables.includes(each));
  } catch (error) {
    // The checkout is another user's.
    if (hasCode(error, "EACCES")) return true;
    throw error;
  }
}

/** How a local AWS gets its root's key. */
export function rootVariables({ accessKeyId, secretAccessKey }: RootKey): string[] {
  return [`AWS_ACCESS_KEY_ID=${accessKeyId}`, `AWS_SECRET_ACCESS_KEY=${secretAccessKey}`];
}

function fileOf(port: number, checkout = PROJECT_FOLDER): string {
  return path.join(checkout, FOLDER, `${port}.json`);
}

function readKey(file: string): RootKey | undefined {
  try {
    // `makeKey` has written it.
    return JSON.parse(readFileSync(file, "utf8")) as RootKey;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function makeKey(file: string): RootKey {
  const key = { accessKeyId: randomKeyId(), secretAccessKey: randomBytes(30).toString("base64") };
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(key), { mode: 0o600 });
  try {
    // Unlike a rename, a link fails if another command has just made one: both then use that one.
    linkSync(draft, file);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(draft);
  }
  return readKey(file) ?? key;
}

function randomKeyId(): string {
  const characters = Array.from({ length: 16 }, () => KEY_CHARACTERS[randomInt(32)]);
  return `AKIA${characters.join("")}`;
}
