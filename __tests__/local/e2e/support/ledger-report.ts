import type { TransactionLoad } from "./transactions";

/** The acknowledged transactions of a load that were not decided at once. */
export function pendingOf({ acknowledged }: TransactionLoad) {
  return [...acknowledged.values()].filter(({ status }) => status === "pending");
}

/** Prints what became of a load, with the first of its failures. */
export function report(what: string, load: TransactionLoad) {
  const { sent, acknowledged, disturbed, unanswered } = load;
  const pending = pendingOf(load);
  const left = pending.slice(0, 5).map(({ createdAt }) => `left pending at ${createdAt}`);
  console.log(
    `${what}: ${sent} transactions sent, ${acknowledged.size} acknowledged (${pending.length} as pending), ` +
      `${disturbed.length} attempts failed, ${unanswered.length} never answered\n${[...disturbed.slice(0, 5), ...left].join("\n")}`,
  );
}
