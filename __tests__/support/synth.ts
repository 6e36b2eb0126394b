import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { synthesizeApp } from "../../stacks/options/app";
import { build } from "../../main";
import { services as catalogue } from "../../services";
import type { Services } from "../../spec/service/spec";
import { readConfig } from "../../project";
import { type Resource, resourcesOf } from "../../policy/stack";
import { buildSource, folderSource } from "../../spec/service/build";
import type { Additions } from "../../stacks/platform/addition";
import { buildContexts } from "../../stacks/images/build-context";
import type { EnvironmentSettings } from "../../spec/environment/settings";
import { environmentsWith } from "./environments";

/** A block of Terraform JSON, with the path of its construct. */
export type Block = Readonly<Record<string, unknown>>;

/** One stack as Terraform reads it. */
export interface SynthesizedStack {
  readonly json: Readonly<Record<string, Record<string, Record<string, Block>>>>;
  readonly dependencies: readonly string[];
  /** All blocks of one resource type. */
  resources(type: string): Block[];
  dataSources(type: string): Block[];
  /** The same as `resources`, with the addresses by which others refer to them. */
  addressed(type: string): Resource[];
}

export interface Synthesis {
  readonly registry: SynthesizedStack;
  readonly images: SynthesizedStack;
  readonly platform: SynthesizedStack;
}

interface StackManifest {
  readonly synthesizedStackPath: string;
  readonly dependencies: readonly string[];
}

const CONTEXT = path.join(__dirname, "context");

/** One small folder for all services, built by the other words of each. */
function contextsOf(services: Services) {
  const { context, dockerfile, ...place } = folderSource(CONTEXT);
  return buildContexts((service) => ({
    ...buildSource(service, services[service]?.build, place),
    context,
    dockerfile,
  }));
}

/** A day in the password period 692. */
const NOW = new Date("2026-11-29T00:00:00Z");

/** By the inputs of a synthesis: services, variables, settings and time. */
const made = new Map<string, Synthesis>();

/** Runs the app with the team's own constructs, each time anew. */
export function synthesizeWith(
  additions: Additions,
  services: Services = catalogue,
  settings: EnvironmentSettings = {},
): Synthesis {
  return freeze(run(services, {}, settings, NOW, additions));
}

/**
 * Runs the app as the CLI does, for an environment with the settings, and reads its output.
 * Runs once for the same input: its result is frozen.
 */
export function synthesize(
  services: Services = catalogue,
  env: Record<string, string> = {},
  settings: EnvironmentSettings = {},
  now = NOW,
): Synthesis {
  // As text, because the order counts too: it is the order of the blocks.
  const input = JSON.stringify([services, env, settings, now]);
  const synthesis = made.get(input) ?? freeze(run(services, env, settings, now));
  made.set(input, synthesis);
  return synthesis;
}

function run(
  services: Services,
  env: Record<string, string>,
  settings: EnvironmentSettings,
  now: Date,
  additions?: Additions,
): Synthesis {
  const outdir = mkdtempSync(path.join(tmpdir(), "synthesis-"));
  try {
    const read = readConfig(env, environmentsWith(settings), services, now);
    if (read.problems.length > 0) throw new Error(read.problems.join("\n"));
    synthesizeApp((app) => {
      build(app, read.config, read.services, contextsOf(read.services), additions);
    }, outdir);
    const stack = (name: keyof Synthesis) => readStack(outdir, name);
    return { registry: stack("registry"), images: stack("images"), platform: stack("platform") };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The containers of a service's task definition. */
export function containers(stack: SynthesizedStack): Block[] {
  return stack
    .resources("aws_ecs_task_definition")
    .flatMap((block) => JSON.parse(String(block["container_definitions"])) as Block[]);
}

/** The containers of the task of one service. */
export function containersOf(service: string, stack: SynthesizedStack): Block[] {
  const [revision] = stack
    .resources("aws_ecs_task_definition")
    .filter(({ family }) => String(family).includes(`-${service}-`));
  return JSON.parse(String(revision?.["container_definitions"])) as Block[];
}

/** A part of a stack as its author wrote it: without cdktf's notes, and the hash that ends each name. */
export function plain(part: unknown): unknown {
  const text = JSON.stringify(part, (key, value: unknown) => (key === "//" ? undefined : value));
  return JSON.parse(text.replaceAll(/_[0-9A-F]{8}(?![0-9A-F])/g, ""));
}

/** Freezes a value with everything in it. */
function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}

function readStack(outdir: string, name: string): SynthesizedStack {
  const read = (file: string): unknown => JSON.parse(readFileSync(path.join(outdir, file), "utf8"));
  // The formats of cdktf's manifest and of Terraform's JSON.
  const { stacks } = read("manifest.json") as { stacks: Record<string, StackManifest> };
  const { synthesizedStackPath = "", dependencies = [] } = stacks[name] ?? {};
  const json = read(synthesizedStackPath) as SynthesizedStack["json"];
  return {
    json,
    dependencies,
    resources: (type) => Object.values(json["resource"]?.[type] ?? {}),
    dataSources: (type) => Object.values(json["data"]?.[type] ?? {}),
    addressed: (type) => resourcesOf([{ name, json }], type),
  };
}
