import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ContextProblem } from "../../../stacks/images/context/context-problem";
import { readIgnoreRules } from "../../../stacks/images/context/ignore-file";
import { visitSentEntries } from "../../../stacks/images/context/sent-entries";
import { PATHS, plant } from "./tree";

/** The paths that are sent, in their order, or `undefined` if the build is refused. */
export type Answer = readonly string[] | undefined;

/** Passes a folder with the tree, and one for ignore files. */
export function withTree<T>(use: (tree: string, rules: string) => T): T {
  const tree = mkdtempSync(path.join(tmpdir(), "tree-"));
  const rules = mkdtempSync(path.join(tmpdir(), "rules-"));
  try {
    plant(tree);
    return use(tree, rules);
  } finally {
    rmSync(tree, { recursive: true });
    rmSync(rules, { recursive: true });
  }
}

/** What we say is sent of the tree. */
export function ourAnswer(tree: string, rulesFolder: string, rules: string): Answer {
  writeFileSync(path.join(rulesFolder, ".dockerignore"), rules);
  const sent: string[] = [];
  const problem = (message: string) => {
    throw new ContextProblem(message);
  };
  try {
    visitSentEntries(tree, readIgnoreRules(rulesFolder).rules, {
      problem,
      entry: (entry) => sent.push(entry.path),
    });
    return sent;
  } catch (error) {
    if (error instanceof ContextProblem) return undefined;
    throw error;
  }
}

/** What the builder's own modules say, for each ignore file. Needs Go. */
export function buildersAnswers(tree: string, files: readonly string[]): Answer[] {
  const { status, stdout, stderr, error } = spawnSync("go", ["run", ".", tree], {
    cwd: __dirname,
    input: files.map((rules) => Buffer.from(rules).toString("base64")).join("\n") + "\n",
    encoding: "utf8",
    maxBuffer: 1024 ** 3,
  });
  if (status !== 0) throw error ?? new Error(stderr);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => {
      // The format of main.go.
      const { sent, refused } = JSON.parse(line) as { sent: string[]; refused?: string };
      return refused === undefined ? sent : undefined;
    });
}

/** An answer in one word: `+` and `-` for each path of the tree. */
export function inSigns(answer: Answer): string {
  if (!answer) return "refused";
  return PATHS.map((file) => (answer.includes(file) ? "+" : "-")).join("");
}
