import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Config } from "../../spec/config";
import type { Services } from "../../spec/service/spec";
import { loadBalancerUrl } from "../environments/load-balancer-url";
import type { StatusEntry } from "../status/entry";
import { environmentStatus } from "../status/environment-status";
import { wordsOf } from "../target/aws-error";
import type { Clients } from "../target/clients";
import { Refusal } from "../terminal/refusal";

/** What AWS says of an environment now. */
export interface Running {
  readonly account: string | undefined;
  /** Without a trailing slash. */
  readonly url: string | undefined;
  /** By the names in the catalogue; empty if AWS did not say. */
  readonly entries: ReadonlyMap<string, StatusEntry>;
  /** Why something of this is not known, a reason each. */
  readonly gaps: readonly string[];
  /** Whether requests had no answer at the limit; they still wait for one. */
  readonly isLate: boolean;
}

/** How long AWS is waited for. It answers within seconds, or not at all. */
export const ANSWER_SECONDS = 30;

/**
 * Reads what runs. What AWS does not answer or refuses is a gap and no error: the handbook is written all the
 * same, from the stacks.
 */
export async function readRunning(
  { config, services }: { readonly config: Config; readonly services: Services },
  clients: Clients,
  seconds = ANSWER_SECONDS,
): Promise<Running> {
  const limit = deadline(seconds);
  const ask = <Answer>(request: Promise<Answer>) =>
    Promise.race([request, limit.passed]).then(
      (value) => ({ value, gap: undefined }),
      (error: unknown) => ({ value: undefined, gap: reasonOf(error) }),
    );
  const [account, url, entries] = await Promise.all([
    ask(readAccount(clients)),
    ask(loadBalancerUrl(config, clients)),
    ask(environmentStatus({ config, services }, clients)),
  ]);
  limit.clear();
  return {
    account: account.value,
    url: url.value,
    entries: new Map((entries.value ?? []).map((entry) => [entry.name, entry])),
    gaps: [...new Set([account, url, entries].flatMap(({ gap }) => gap ?? []))],
    isLate: limit.hasPassed(),
  };
}

async function readAccount({ sts }: Pick<Clients, "sts">): Promise<string | undefined> {
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  return Account;
}

function deadline(seconds: number) {
  let timer: NodeJS.Timeout | undefined;
  let late = false;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late = true;
      reject(new Refusal(`AWS did not answer within ${seconds} s`, ""));
    }, seconds * 1000);
  });
  // Every request may have ended before it.
  passed.catch(() => undefined);
  return {
    passed,
    hasPassed: () => late,
    clear: () => {
      clearTimeout(timer);
    },
  };
}

/** The first line, without a full stop: it becomes a part of a sentence. */
function reasonOf(error: unknown): string {
  const words = error instanceof Refusal ? error.message : wordsOf(error);
  return (words.split("\n")[0] ?? "").replace(/[.\s]+$/, "");
}
