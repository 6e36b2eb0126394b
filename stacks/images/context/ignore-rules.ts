import { type ByteString, bytesOf } from "./byte-string";
import { ContextProblem } from "./context-problem";
import type { Untranslatable } from "./expression-signs";
import type { IgnorePattern } from "./ignore-pattern";

/** What the rules say about a path; what is below a folder inherits from its verdict. */
export interface Verdict {
  readonly ignored: boolean;
  /** For each rule, whether it matches the path or a folder above it, as far as the builder looked. */
  readonly matched: readonly boolean[];
}

/** All rules of an ignore file. The last one that matches decides. */
export class IgnoreRules {
  /** The paths of the `!` rules, or `undefined` if one is more than a path. */
  private readonly included: readonly ByteString[] | undefined;

  constructor(private readonly patterns: readonly IgnorePattern[]) {
    const paths = patterns.filter(({ includes }) => includes).map(({ text }) => pathPart(text));
    this.included = paths.some((path) => /[*[\]?^\\]/.test(path))
      ? undefined
      : paths.map((path) => `${bytesOf(path)}/`);
  }

  /**
   * The verdict on a path. The builder compares a rule only if that may change the verdict, and remembers
   * for the paths below only what it compared; a rule that was left out is compared again there.
   *
   * @throws ContextProblem if a rule is compared that cannot be compared
   */
  verdict(path: ByteString, parent: Verdict | undefined): Verdict {
    let ignored = false;
    const matched = this.patterns.map((pattern, index) => {
      const matches =
        parent?.matched[index] === true ||
        (pattern.includes === ignored && matchesPath(pattern, path));
      if (matches) ignored = !pattern.includes;
      return matches;
    });
    return { ignored, matched };
  }

  /** Whether a path is sent if it exists, as a folder that no rule ignores. */
  sends(path: ByteString): boolean {
    const parts = path.split("/");
    let verdict: Verdict | undefined;
    for (const index of parts.keys()) {
      verdict = this.verdict(parts.slice(0, index + 1).join("/"), verdict);
    }
    return verdict?.ignored === false;
  }

  /** Whether the builder looks into an ignored folder, because a `!` rule might match below it. */
  mayInclude(folder: ByteString): boolean {
    return this.included?.some((path) => path.startsWith(`${folder}/`)) ?? true;
  }
}

/** What is wrong with a pattern, and the fix. */
const UNTRANSLATABLE: Readonly<Record<Untranslatable, string>> = {
  refused:
    "brackets, braces or an escape that the builder cannot read; correct it (https://docs.docker.com/build/concepts/context/#dockerignore-files)",
  incomparable:
    "a class of characters that this project cannot compare; write the characters instead",
};

function matchesPath({ matches, text, place }: IgnorePattern, path: ByteString): boolean {
  if (typeof matches === "function") return matches(path);
  throw new ContextProblem(`${place}: the pattern "${text}" has ${UNTRANSLATABLE[matches]}`);
}

/** `data/*` and `data/**` say as much as `data` about where to look. */
function pathPart(pattern: string): string {
  return pattern.replace(/\/\*\*$/, "").replace(/\/\*$/, "");
}
