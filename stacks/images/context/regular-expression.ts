import { memberOf } from "./character-classes";
import { readBrackets } from "./expression-brackets";
import { readEscape, readEscapedClass } from "./expression-escapes";
import { joinParts } from "./joined-parts";
import { NotTranslated, Signs, type Untranslatable, codePoint, refuse } from "./expression-signs";

/**
 * A regular expression of Go in JavaScript, or why there is none. The builder makes them from
 * ignore patterns, and escapes `.`, `+`, `(`, `)` and `$` of theirs, but not `|`, `{` and `}`. So a group is
 * always its own `(.*\/)?`, but an author may write alternatives and counts, perhaps without knowing.
 *
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function toJavaScript(expression: string): RegExp | Untranslatable {
  try {
    // Without `s` and `m`, as in Go: `^` and `$` are the ends of the whole path.
    return new RegExp(new Translation(expression).source(), "u");
  } catch (error) {
    if (error instanceof NotTranslated) return error.reason;
    throw error;
  }
}

const ANCHORS: Readonly<Record<string, string>> = { A: "^", z: "$", b: "\\b", B: "\\B" };

/** The only group, which the builder makes of `**`. */
const GROUP = "(.*/)?";
/** A name may contain a line break, which a dot does not match. */
const DOT = "[^\\n]";

const MOST_REPETITIONS = 1000;

class Translation {
  private readonly signs: Signs;
  /** The parts of the current alternative; a repetition applies to the last one. */
  private parts: string[] = [];
  private groups = 0;
  /** Whether the last part is a repetition, which Go repeats no further. */
  private repeated = false;

  constructor(expression: string) {
    this.signs = new Signs(expression);
  }

  /** @throws NotTranslated */
  source(): string {
    const alternatives: string[] = [];
    while (!this.signs.isAtEnd) {
      if (this.signs.skip("|")) alternatives.push(this.alternative());
      else this.readPart();
    }
    return [...alternatives, this.alternative()].join("|");
  }

  private alternative(): string {
    const { source, groups } = joinParts(this.parts, this.groups);
    this.groups = groups;
    this.parts = [];
    return source;
  }

  private readPart(): void {
    const count = this.readCount();
    const isGroup = count === undefined && this.signs.skip(GROUP);
    if (count !== undefined) this.parts.push(this.lastPart(count));
    else if (isGroup) this.parts.push(`(?:${DOT}*/)?`);
    else this.parts.push(...this.readSingle());
    this.repeated = isGroup || count !== undefined;
  }

  private lastPart(count: string): string {
    if (this.repeated) refuse();
    return `(?:${this.parts.pop() ?? refuse()})${count}`;
  }

  /** `*` or `{2,3}`; other braces are literal. */
  private readCount(): string | undefined {
    if (this.signs.skip("*")) return "*";
    let ahead = "";
    while (/^[{0-9,}]$/.test(this.signs.peek(ahead.length))) ahead += this.signs.peek(ahead.length);
    const [count, least, comma, most] =
      /^[{](0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?[}]/.exec(ahead) ?? [];
    if (count === undefined) return undefined;
    const limit = most ?? (comma ? MOST_REPETITIONS : least);
    if (Number(least) > Number(limit) || Number(limit) > MOST_REPETITIONS) refuse();
    this.signs.skip(count);
    return count;
  }

  /** A character, brackets or an anchor. What is quoted is many characters. */
  private readSingle(): string[] {
    const sign = this.signs.next();
    if (sign === "^" || sign === "$") return [sign];
    if (sign === ".") return [DOT];
    if (sign === "[") return [readBrackets(this.signs)];
    if (sign !== "\\") return [memberOf(codePoint(sign))];
    if (this.signs.skip("Q")) return this.readQuoted();
    const anchor = ANCHORS[this.signs.peek()];
    if (anchor !== undefined) {
      this.signs.next();
      return [anchor];
    }
    const members = readEscapedClass(this.signs);
    return [members === undefined ? memberOf(readEscape(this.signs)) : `[${members}]`];
  }

  /** `\Q…\E` is literal; without `\E`, all that follows is. */
  private readQuoted(): string[] {
    const quoted = this.signs.until("\\E") ?? this.signs.rest();
    return quoted.map((sign) => memberOf(codePoint(sign)));
  }
}
