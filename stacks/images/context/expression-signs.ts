/** Why an expression of Go has no equal in JavaScript: Go refuses it, or only Go knows what it names. */
export type Untranslatable = "refused" | "incomparable";

export class NotTranslated extends Error {
  constructor(readonly reason: Untranslatable) {
    super(reason);
  }
}

export function refuse(): never {
  throw new NotTranslated("refused");
}

/** The characters of an expression, and how far it is read. */
export class Signs {
  private readonly signs: readonly string[];
  private at = 0;

  constructor(expression: string) {
    this.signs = Array.from(expression);
  }

  get isAtEnd(): boolean {
    return this.at >= this.signs.length;
  }

  /** The next sign, or the one after so many others; nothing behind the end. */
  peek(distance = 0): string {
    return this.signs[this.at + distance] ?? "";
  }

  next(): string {
    return this.signs[this.at++] ?? refuse();
  }

  /** Reads the text if it is next. */
  skip(text: string): boolean {
    const signs = Array.from(text);
    const isNext = signs.every((sign, index) => sign === this.peek(index));
    if (isNext) this.at += signs.length;
    return isNext;
  }

  /** Reads up to the text, and the text itself. Returns what stands between `from` and it, if it comes. */
  until(text: string, from = 0): string[] | undefined {
    const signs = Array.from(text);
    for (let end = this.at + from; end + signs.length <= this.signs.length; end++) {
      if (!signs.every((sign, index) => sign === this.signs[end + index])) continue;
      const before = this.signs.slice(this.at + from, end);
      this.at = end + signs.length;
      return before;
    }
    return undefined;
  }

  /** Reads all that is left. */
  rest(): string[] {
    const rest = this.signs.slice(this.at);
    this.at = this.signs.length;
    return rest;
  }
}

export function codePoint(sign: string): number {
  return sign.codePointAt(0) ?? refuse();
}
