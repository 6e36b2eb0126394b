import { typeOf } from "./resource-list";
import { readableAddress } from "../terraform/stack-progress";
import type { Action, ResourceChange } from "./stack-plan";

/** The resources of one queue or bucket of the catalogue; its account is nobody's. */
const SCOPE = /^(queue|bucket)s_([a-z0-9-]+)_([a-z-]+)$/;

/** What happens to a queue or a bucket itself, in words. */
const WORDS: Readonly<Record<string, Partial<Record<Action, string>>>> = {
  queue: {
    create: "new",
    replace: "replaced, without its messages",
    delete: "deleted with its messages",
  },
  bucket: {
    create: "new",
    replace: "replaced, without its objects",
    delete: "deleted with its objects",
  },
};

const ITSELF: Readonly<Record<string, string>> = {
  queue: "aws_sqs_queue",
  bucket: "aws_s3_bucket",
};

/** A phrase on each queue and bucket that is made or lost, and the changes that these cover. */
export function storeChanges(changes: readonly ResourceChange[]): {
  phrases: string[];
  covered: ReadonlySet<ResourceChange>;
} {
  const found = changes.flatMap((change) => {
    const [, kind = "", name = "", part] = SCOPE.exec(readableAddress(change.address).name) ?? [];
    if (part !== kind || typeOf(change) !== ITSELF[kind]) return [];
    const words = WORDS[kind]?.[change.action];
    return words === undefined ? [] : [{ kind, name, action: change.action, words }];
  });
  const covered = changes.filter((change) => {
    const path = readableAddress(change.address).name;
    return found.some(
      ({ kind, name, action }) => change.action === action && path.startsWith(`${kind}s_${name}_`),
    );
  });
  return {
    phrases: found.map(({ kind, name, words }) => `${kind} ${name} ${words}`),
    covered: new Set(covered),
  };
}
