import { type Dirent, type Stats, lstatSync, readdirSync, readlinkSync } from "node:fs";
import path from "node:path";
import { type ByteString, bytesOf, isText, pathOf, shown, textOf } from "./byte-string";
import { ContextProblem, codeOf, isDenied, problemsOf } from "./context-problem";
import type { IgnoreRules, Verdict } from "./ignore-rules";

/** The bits of a mode that the builder keeps: permissions, set-user-ID, set-group-ID, sticky. */
const KEPT_BITS = 0o7777;

/** What the builder gets of one path. Owners are reset, and times do not enter its cache. */
export type SentEntry = { readonly path: string } & (
  | { readonly kind: "folder" | "pipe"; readonly mode: number }
  | { readonly kind: "file"; readonly mode: number; readonly size: number }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "device"; readonly mode: number; readonly device: string }
);

/** Receives what a walk finds. */
export interface Visitor {
  /** @param file the entry's path for Node.js, absolute */
  readonly entry: (entry: SentEntry, file: string | Buffer) => void;
  readonly problem: (problem: string) => void;
  /** Why an entry must not be sent; then neither is anything in it. @default every entry may be sent */
  readonly refusal?: (entry: ByteString) => string | undefined;
}

/** A folder on the way to an entry. One that is ignored is sent only with an entry below it. */
interface Folder {
  readonly path: ByteString;
  readonly parent: Folder | undefined;
  readonly verdict: Verdict | undefined;
  sent: boolean;
}

/**
 * Visits what BuildKit's client sends of a context, in its order: folders before what is in them, names
 * by their bytes. These are all entries that no rule ignores, and the folders above them. A Dockerfile
 * that copies less gets less; which parts it names does not count here.
 *
 * - A link is sent as it is, and never followed.
 * - A named pipe and a device are sent without being opened.
 * - A socket is sent as an empty file.
 * - A hard link counts as a file, as in the builder's cache.
 * - Extended attributes are sent, but Node.js cannot read them, and Git does not keep them.
 *
 * @see https://github.com/tonistiigi/fsutil
 */
export function visitSentEntries(context: string, rules: IgnoreRules, visitor: Visitor): void {
  new Walk(context, rules, visitor).visit({
    path: "",
    parent: undefined,
    verdict: undefined,
    // The context itself is never sent.
    sent: true,
  });
}

class Walk {
  private readonly root: ByteString;

  constructor(
    private readonly context: string,
    private readonly rules: IgnoreRules,
    private readonly visitor: Visitor,
  ) {
    this.root = bytesOf(path.resolve(context));
  }

  visit(folder: Folder): void {
    for (const found of this.list(folder)) {
      const entry = folder.path === "" ? found.name : `${folder.path}/${found.name}`;
      try {
        this.visitEntry(entry, found, folder);
      } catch (error) {
        this.report(error, entry);
      }
    }
  }

  private visitEntry(entry: ByteString, found: Dirent, parent: Folder): void {
    const verdict = this.rules.verdict(entry, parent.verdict);
    const refusal = verdict.ignored ? undefined : this.visitor.refusal?.(entry);
    if (refusal !== undefined) throw new ContextProblem(refusal);
    if (!found.isDirectory()) {
      if (!verdict.ignored) this.sendBelow(parent, entry);
      return;
    }
    if (verdict.ignored && !this.rules.mayInclude(entry)) return;
    const folder = { path: entry, parent, verdict, sent: false };
    if (!verdict.ignored) this.sendFolder(folder);
    this.visit(folder);
  }

  /** What a folder contains, by the bytes of the names. Each character of a name is one byte. */
  private list({ path: folder, verdict }: Folder): Dirent[] {
    try {
      return readdirSync(pathOf(this.fileOf(folder)), {
        withFileTypes: true,
        encoding: "latin1",
      }).sort((one, other) => (one.name < other.name ? -1 : 1));
    } catch (error) {
      const code = codeOf(error);
      // The builder passes over an ignored folder that it cannot look into.
      if (!(verdict?.ignored && isDenied(code))) this.report(error, folder, "listed");
      return [];
    }
  }

  private sendBelow(parent: Folder, entry: ByteString): void {
    this.sendFolder(parent);
    this.send(entry);
  }

  private sendFolder(folder: Folder): void {
    if (folder.sent) return;
    if (folder.parent) this.sendFolder(folder.parent);
    this.send(folder.path);
    folder.sent = true;
  }

  private send(entry: ByteString): void {
    // The builder's messages cannot contain another name.
    if (!isText(entry))
      throw new ContextProblem(
        `${this.given(entry)} has a name that is not UTF-8, and the builder cannot send it; rename it, or exclude it in .dockerignore`,
      );
    const file = pathOf(this.fileOf(entry));
    this.visitor.entry(this.described(entry, file, lstatSync(file)), file);
  }

  private described(entry: ByteString, file: string | Buffer, stats: Stats): SentEntry {
    const sent = { path: textOf(entry), mode: stats.mode & KEPT_BITS };
    if (stats.isFile()) return { ...sent, kind: "file", size: stats.size };
    if (stats.isDirectory()) return { ...sent, kind: "folder" };
    if (stats.isSymbolicLink())
      return { path: sent.path, kind: "link", target: this.target(entry, file) };
    if (stats.isSocket()) return { ...sent, kind: "file", size: 0 };
    if (stats.isFIFO()) return { ...sent, kind: "pipe" };
    const kind = stats.isBlockDevice() ? "block" : "character";
    return { ...sent, kind: "device", device: `${kind} ${stats.rdev}` };
  }

  private target(entry: ByteString, file: string | Buffer): string {
    const target = readlinkSync(file, "latin1");
    if (isText(target)) return textOf(target);
    throw new ContextProblem(
      `${this.given(entry)} is a link to ${shown(target)}, which is not UTF-8, and the builder cannot send it; rename what it leads to, or exclude the link in .dockerignore`,
    );
  }

  private report(error: unknown, entry: ByteString, verb = "read"): void {
    problemsOf(error, this.given(entry), verb).forEach(this.visitor.problem);
  }

  private fileOf(entry: ByteString): ByteString {
    return entry === "" ? this.root : `${this.root}/${entry}`;
  }

  /** The path for a message. */
  private given(entry: ByteString): string {
    return path.join(path.relative(".", this.context), shown(entry));
  }
}
