/** Why a build context cannot be sent or read: what was found, and how to fix it, once for each problem. */
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
function isChange(code: string): boolean {
  return ["ENOENT", "ENOTDIR", "ELOOP", "ENXIO", END_OF_FILE].includes(code);
}

/** The problems of a failed file operation. Other errors are defects. */
export function problemsOf(error: unknown, given: string, verb: string): readonly string[] {
  if (error instanceof ContextProblem) return error.problems;
  const code = codeOf(error);
  if (isDenied(code))
    return [
      `${given} cannot be ${verb} (${code}), and would be missing or empty in the image; make it and its folder readable (chmod u+rX), or exclude it in .dockerignore`,
    ];
  if (isChange(code))
    return [`${given} changed while it was ${verb} (${code}); run the command again`];
  return [`${given} cannot be ${verb} (${code}); check its disk, or exclude it in .dockerignore`];
}
