import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { ProjectCopy } from "./project-copy";

/** A synthesis's output: a value for each path, such as `platform: resource.aws_lb.alb.name`. */
export type SynthesizedJson = ReadonlyMap<string, unknown>;

/** The same as `output` in `cdktf.json`: build contexts are relative to it. */
const OUTPUT = path.join(".platform", "cdktf.out");

/** Runs the app of a copy without cdktf's command line, as a deployment does. */
export async function synthesizeCopy(copy: ProjectCopy): Promise<SynthesizedJson> {
  const output = path.join(copy.folder, OUTPUT);
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  await copy.run(process.execPath, ["--require", "tsx/cjs", "main.ts"], {
    env: { CDKTF_OUTDIR: output },
  });
  return readSynthesizedJson(copy);
}

export function readSynthesizedJson({ folder }: ProjectCopy): SynthesizedJson {
  const read = (file: string): unknown =>
    JSON.parse(readFileSync(path.join(folder, OUTPUT, file), "utf8"));
  // The format of cdktf's manifest.
  const manifest = read("manifest.json") as {
    stacks: Record<string, { synthesizedStackPath: string }>;
  };
  return new Map([
    ...leaves("manifest: ", manifest),
    ...Object.entries(manifest.stacks).flatMap(([name, { synthesizedStackPath }]) =>
      leaves(`${name}: `, read(synthesizedStackPath)),
    ),
  ]);
}

/** The paths whose values differ, with both values; a value without a path is `undefined`. */
export function differences(
  before: SynthesizedJson,
  after: SynthesizedJson,
): Record<string, { before: unknown; after: unknown }> {
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return Object.fromEntries(
    paths
      .map((key) => [key, { before: before.get(key), after: after.get(key) }] as const)
      .filter(([, pair]) => JSON.stringify(pair.before) !== JSON.stringify(pair.after)),
  );
}

/** Numbers, strings, booleans and empty values, each with its path. */
function leaves(prefix: string, value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[prefix, value]];
  const entries = Object.entries(value);
  if (entries.length === 0) return [[prefix, value]];
  const join = (key: string) => (prefix.endsWith(" ") ? prefix + key : `${prefix}.${key}`);
  return entries.flatMap(([key, inner]) => leaves(join(key), inner));
}
