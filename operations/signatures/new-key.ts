import { DescribeKeyCommand, type KMSClient } from "@aws-sdk/client-kms";
import { setTimeout as sleep } from "node:timers/promises";
import { NEW_KEY } from "../../spec/limits";
import { AGAIN } from "../failures/failed-request";
import { isDenied, wordsOf } from "../target/aws-error";
import { every } from "../terminal/progress";
import type { Report } from "../terminal/refusal";
import { Failure } from "../terminal/run";

/** A key, and how the wait for it is followed and ended. */
export interface KeyInUse {
  readonly kms: KMSClient;
  /** Its alias, or the ARN of its alias in another account. */
  readonly id: string;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Sends a request that AWS allows by the tags of a key, again and again while the key is so new that its tags
 * may not count yet. Any other denial is final, as is each one of a key whose age AWS does not tell.
 *
 * @throws Failure if the tags of a new key count and the request is denied still
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html
 */
export async function onceTagsCount<Answer>(
  request: () => Promise<Answer>,
  key: KeyInUse,
): Promise<Answer> {
  const report = every(NEW_KEY.reportSeconds * 1000, key.report);
  let ends: number | undefined;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!mayPass(error)) throw error;
      if (ends !== undefined && Date.now() >= ends) throw stillDenied(error, key.id);
      ends ??= await tagsCountFrom(key);
      if (ends === undefined) throw error;
      report(`AWS may deny the new key ${key.id} until ${timeOf(ends)}, trying again`);
      await sleep(NEW_KEY.pollSeconds * 1000, undefined, { signal: key.signal }).catch(() => {
        key.signal.throwIfAborted();
      });
    }
  }
}

/** Whether a tag may still allow what is denied: a policy that denies it overrides every one that allows it. */
function mayPass(error: unknown): boolean {
  return isDenied(error) && !/explicit deny/i.test(wordsOf(error));
}

/**
 * When the tags that a key was made with count at the latest, in milliseconds since 1970; `undefined` if they do
 * already, or if the caller may not know. A clock that is slow makes it no later.
 */
async function tagsCountFrom({ kms, id }: KeyInUse): Promise<number | undefined> {
  const { KeyMetadata: metadata } = await kms
    .send(new DescribeKeyCommand({ KeyId: id }))
    .catch(() => ({ KeyMetadata: undefined }));
  const now = Date.now();
  const made = Math.min(metadata?.CreationDate?.getTime() ?? 0, now);
  const ends = made + NEW_KEY.minutes * 60_000;
  return ends > now ? ends : undefined;
}

function timeOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(11, 16)} UTC`;
}

function stillDenied(error: unknown, id: string): Failure {
  return new Failure([
    `AWS denies the key ${id}, though it is ${NEW_KEY.minutes} minutes old and its tags count (${wordsOf(error)}).`,
    `→ For a role of setup/aws: npx platform setup. For another caller: allow that action. ${AGAIN}`,
  ]);
}
