import path from "node:path";
import { type ByteString, bytesOf } from "./byte-string";
import type { IgnoreRules } from "./ignore-rules";

/** Paths in a context that the builder must not get, each with the reason. */
export class Secluded {
  private readonly refusals: ReadonlyMap<ByteString, string>;

  /** @param ignoreFile the file whose rules should ignore them */
  constructor(context: string, ignoreFile: string, reasons: ReadonlyMap<string, string>) {
    this.refusals = new Map(
      [...reasons].map(([entry, reason]) => [
        bytesOf(entry),
        `${path.relative(".", path.join(context, entry))} is in a build context, but ${reason}; add the line ${entry} at the end of ${ignoreFile}`,
      ]),
    );
  }

  /** Why an entry, or a folder above it, must not be sent. */
  refusal(entry: ByteString): string | undefined {
    for (const [secluded, refusal] of this.refusals) {
      if (entry === secluded || entry.startsWith(`${secluded}/`)) return refusal;
    }
    return undefined;
  }

  /** What the rules would let through, whether or not it exists. */
  sentBy(rules: IgnoreRules): string[] {
    return [...this.refusals].filter(([entry]) => rules.sends(entry)).map(([, refusal]) => refusal);
  }
}
