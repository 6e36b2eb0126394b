/** Why a build context cannot be sent or read: what was found, and how to mend it, once for each problem. */
export class ContextProblem extends Error {
  readonly problems: readonly string[];

  constructor(...problems: string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

const END_OF_FILE = "EOF";

/** A file is shorter than it was when it was examined. */
export class EndOfFile extends Error {
  readonly code = END_OF_FILE;
}

/** The system's code of a failed file operation, such as `EACCES`; other errors are defects. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string")
    return error.code;
  throw error;
}

export function isDenied(code: string): boolean {
  return code === "EACCES" || code === "EPERM";
}

/** What has vanished or become something else since its folder was listed. */
export function isChange(code: string): boolean {
  return ["ENOENT", "ENOTDIR", "ELOOP", "ENXIO", END_OF_FILE].includes(code);
}
