import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { PROJECT_FOLDER } from "../../project";
import { buildLogFile } from "../../stacks/images/image-spec";
import { StackFailure, stackFolder } from "../terraform/terraform-process";
import { isBuild } from "./build-errors";
import { imageIn } from "../terraform/image-address";

const LINES = 15;

/** The last lines of an image's latest build; empty if it was never built. */
export function readBuildLog(image: string): string[] {
  const file = path.join(PROJECT_FOLDER, buildLogPath(image));
  return existsSync(file) ? lastWords(readFileSync(file, "utf8")) : [];
}

/**
 * The failure with the last lines of each failed build among its errors: Terraform has only the last
 * sentence, without npm's or pip's reason.
 */
export function withBuildLogs(failure: StackFailure): StackFailure {
  const told = failure.diagnostics.map((error) => {
    const image = imageIn(error.address ?? "");
    if (image === undefined || !isBuild(error)) return error;
    return { ...error, detail: [error.detail, ...readBuildLog(image)].join("\n") };
  });
  return new StackFailure(failure.stackName, told, failure);
}

/** Path of the full log, relative to the project folder. */
export function buildLogPath(image: string): string {
  return path.relative(PROJECT_FOLDER, path.join(stackFolder("images"), buildLogFile(image)));
}

/**
 * The failed step and its output, which BuildKit repeats at the end between two rules; otherwise the
 * last lines.
 */
export function lastWords(log: string): string[] {
  const lines = log.trimEnd().split("\n");
  const rules = lines.flatMap((line, index) => (/^-{4,}$/.test(line) ? [index] : []));
  const [from, to] = rules.slice(-2);
  const failing = from === undefined || to === undefined ? lines : lines.slice(from + 1, to);
  return failing.slice(-LINES);
}
