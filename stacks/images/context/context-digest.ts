import { closeSync, constants, existsSync, openSync, statSync } from "node:fs";
import path from "node:path";
import { pathOf } from "./byte-string";
import { ChunkedHash } from "./chunked-hash";
import { ContextProblem, problemsOf } from "./context-problem";
import { readIgnoreRules } from "./ignore-file";
import { findFile } from "./linked-file";
import { Secluded } from "./secluded";
import { type SentEntry, visitSentEntries } from "./sent-entries";

const DOCKERFILE = "Dockerfile";

/** Never waits, not even if a named pipe has taken the place of a file since it was examined. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The digest of a context, valid only if there are no problems. */
export interface ReadContext {
  readonly digest: string;
  readonly problems: readonly string[];
}

/** What a build reads besides the files of its context. */
export interface ContextOptions {
  /** @default `Dockerfile` in the context */
  readonly dockerfile?: string;
  /** Paths in the context that the builder must not get, each with the reason. */
  readonly keptOut?: ReadonlyMap<string, string>;
}

/**
 * Hashes all that the builder gets of a context: path, kind, mode, link target and bytes of each entry
 * that it is sent, and the bytes of the Dockerfile, which it gets even if the rules ignore it or if it
 * lies elsewhere. The ignore file counts by its effect. Files are read in pieces, so their size does not
 * matter.
 */
export function readContext(context: string, options: ContextOptions = {}): ReadContext {
  const { dockerfile = path.join(context, DOCKERFILE), keptOut = new Map() } = options;
  const hash = new ChunkedHash();
  const problems = new Set<string>();
  const report = (problem: string) => {
    problems.add(problem);
  };
  const attempt = (file: string, step: () => void) => {
    try {
      step();
    } catch (error) {
      problemsOf(error, path.relative(".", file), "read").forEach(report);
    }
  };
  attempt(dockerfile, () => {
    hashDockerfile(hash, dockerfile);
  });
  attempt(context, () => {
    hashSentEntries(hash, { context, dockerfile, keptOut }, report);
  });
  return { digest: hash.hex(), problems: [...problems] };
}

/** The files and links that the builder gets of a context, for an archive of it. */
export function sentFiles(context: string): string[] {
  const files: string[] = [];
  const fail = (problem: string) => {
    throw new ContextProblem(problem);
  };
  visitSentEntries(context, readIgnoreRules(context).rules, {
    problem: fail,
    entry: ({ path: file, kind }) => {
      if (kind !== "folder") files.push(file);
    },
  });
  return files;
}

function hashSentEntries(
  hash: ChunkedHash,
  { context, dockerfile, keptOut }: Required<ContextOptions> & { readonly context: string },
  problem: (problem: string) => void,
): void {
  const { rules, file } = readIgnoreRules(context, dockerfile);
  if (!isFolder(context)) {
    // A missing folder has no Dockerfile, which is reported already.
    if (path.dirname(dockerfile) !== context) problem(noFolder(context));
    return;
  }
  const secluded = new Secluded(context, file, keptOut);
  // Also what is not there yet: the first run would write it.
  secluded.sentBy(rules).forEach(problem);
  visitSentEntries(context, rules, {
    problem,
    refusal: (entry) => secluded.refusal(entry),
    entry: (entry, found) => {
      hashEntry(hash, entry, found);
    },
  });
}

function hashEntry(hash: ChunkedHash, entry: SentEntry, file: string | Buffer): void {
  hash.text(JSON.stringify(entry));
  if (entry.kind === "file" && entry.size > 0) hashBytes(hash, file, entry.size);
}

function isFolder(context: string): boolean {
  return statSync(context, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function noFolder(context: string): string {
  const given = path.relative(".", context);
  return existsSync(context)
    ? `${given} is not a folder, but a build context must be one; correct build.context`
    : `${given} does not exist; create this folder, or correct build.context`;
}

/** Terraform's provider and the builder each follow the links of a Dockerfile, in their own ways. */
function hashDockerfile(hash: ChunkedHash, dockerfile: string): void {
  const given = path.relative(".", dockerfile);
  // The builder gets its folder by itself, so it is the root for links, also within a larger context.
  const file = findFile(path.dirname(dockerfile), path.basename(dockerfile));
  if (!file) throw new ContextProblem(`${given} does not exist; add it`);
  if (!existsSync(dockerfile))
    throw new ContextProblem(
      `${given} is a link that leads nowhere on this machine; make it a relative link to a file in the build context`,
    );
  hash.text(JSON.stringify([DOCKERFILE, file.size]));
  hashBytes(hash, pathOf(file.path), file.size);
}

function hashBytes(hash: ChunkedHash, file: string | Buffer, size: number): void {
  const descriptor = openSync(file, OPEN_FLAGS);
  try {
    hash.file(descriptor, size);
  } finally {
    closeSync(descriptor);
  }
}
