import * as z from "zod/mini";
import { given } from "../schema";
import type { Command } from "./spec";

/** The word that Docker and ECS put before a command or a line for a shell. */
const MARKS = ["CMD", "CMD-SHELL"];

/** A command, as a list; every refusal shows the list that it should be. */
export const command = z.custom<Command>((value) => problemWith(value) === undefined, {
  error: ({ input }) => [given(input), problemWith(input)].join("; "),
});

function problemWith(value: unknown): string | undefined {
  if (typeof value === "string" && value.trim() !== "") return listInstead(value.trim());
  if (!Array.isArray(value)) return "it must be a list: the program and each of its arguments";
  const words: readonly unknown[] = value;
  const texts = words.flatMap(textOf);
  if (texts.length < words.length) return "the program and each of its arguments must be text";
  const [program = "", ...rest] = texts;
  if (program === "CMD") return `the platform adds CMD itself: ${list(rest)}`;
  if (program === "CMD-SHELL") return `a shell has to be named: ${list(shell(rest.join(" ")))}`;
  if (program.trim() === "") return "it must begin with a program";
  if (words.some((word) => typeof word !== "string"))
    return `each argument must be text: ${list(texts)}`;
  return texts.some((argument) => argument.includes("\0"))
    ? "an argument cannot contain a NUL character"
    : undefined;
}

/** The text that a word stands for; none for an object and the like. */
function textOf(word: unknown): string[] {
  const isPlain = ["string", "number", "bigint", "boolean"].includes(typeof word);
  return isPlain ? [String(word)] : [];
}

/** Quotes, variables and pipes mean something to a shell alone. */
function listInstead(line: string): string {
  const words = line.split(/\s+/).filter((word) => !MARKS.includes(word));
  const needsShell = /["'`$|&;<>()*?\\]/.test(line);
  return `it must be a list: ${list(needsShell ? shell(line) : words)}`;
}

function shell(line: string): string[] {
  return ["/bin/sh", "-c", line];
}

function list(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;
}
