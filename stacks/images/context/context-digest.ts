import { closeSync, constants, existsSync, openSync, statSync } from "node:fs";
import path from "node:path";
import { pathOf } from "./byte-string";
import { ChunkedHash } from "./chunked-hash";
import { ContextProblem, problemsOf } from "./context-problem";
import { readIgnoreRules } from "./ignore-file";
import { findFile } from "./linked-file";
import { type SentEntry, visitSentEntries } from "./sent-entries";

const DOCKERFILE = "Dockerfile";

/** Never waits, not even if a named pipe has taken the place of a file since it was examined. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The digest of a context, valid only if there are no problems. */
export interface ReadContext {
  readonly digest: string;
  readonly problems: readonly string[];
}

/**
 * Hashes all that the builder gets of a context: path, kind, mode, link target and bytes of each entry
 * that it is sent, and the bytes of the Dockerfile, which it gets even if the rules ignore it. The ignore
 * file counts by its effect. Files are read in pieces, so their size does not matter.
 */
export function readContext(context: string): ReadContext {
  const hash = new ChunkedHash();
  const problems = new Set<string>();
  const report = (problem: string) => {
    problems.add(problem);
  };
  const attempt = (name: string, step: () => void) => {
    try {
      step();
    } catch (error) {
      const given = path.relative(".", path.join(context, name));
      problemsOf(error, given, "read").forEach(report);
    }
  };
  attempt(DOCKERFILE, () => {
    hashDockerfile(hash, context);
  });
  attempt("", () => {
    hashSentEntries(hash, context, report);
  });
  return { digest: hash.hex(), problems: [...problems] };
}

/** The files and links that the builder gets of a context, for an archive of it. */
export function sentFiles(context: string): string[] {
  const files: string[] = [];
  const fail = (problem: string) => {
    throw new ContextProblem(problem);
  };
  visitSentEntries(context, readIgnoreRules(context), {
    problem: fail,
    entry: ({ path: file, kind }) => {
      if (kind !== "folder") files.push(file);
    },
  });
  return files;
}

function hashSentEntries(
  hash: ChunkedHash,
  context: string,
  problem: (problem: string) => void,
): void {
  const rules = readIgnoreRules(context);
  // A missing folder has no Dockerfile, which is reported already.
  if (!statSync(context, { throwIfNoEntry: false })?.isDirectory()) return;
  visitSentEntries(context, rules, {
    problem,
    entry: (entry, file) => {
      hashEntry(hash, entry, file);
    },
  });
}

function hashEntry(hash: ChunkedHash, entry: SentEntry, file: string | Buffer): void {
  hash.text(JSON.stringify(entry));
  if (entry.kind === "file" && entry.size > 0) hashBytes(hash, file, entry.size);
}

/** Terraform's provider and the builder each follow the links of a Dockerfile, in their own ways. */
function hashDockerfile(hash: ChunkedHash, context: string): void {
  const given = path.relative(".", path.join(context, DOCKERFILE));
  const file = findFile(context, DOCKERFILE);
  if (!file) throw new ContextProblem(`${given} does not exist; add it`);
  if (!existsSync(path.join(context, DOCKERFILE)))
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
