import { type Instruction, instructionsOf } from "./dockerfile";

/** The values of build arguments. */
export type Arguments = Readonly<Record<string, string>>;

/** A part of a Dockerfile that begins with `FROM`. */
export interface Stage {
  /** In small letters, as the builder compares it. @default it has none */
  readonly name: string | undefined;
  /** The image or the stage that it continues. @default known only to the builder */
  readonly base: string | undefined;
  /** The build argument that is all of its base: `FROM ${PYTHON}`. @default none */
  readonly argument: string | undefined;
  readonly instructions: Instruction[];
}

/**
 * The stages of a Dockerfile, in order.
 *
 * @param given the build arguments, which take precedence over the defaults above the first stage
 * @see https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact
 */
export function stagesOf(dockerfile: string, given: Arguments = {}): Stage[] {
  const defaults = new Map<string, string>();
  const stages: Stage[] = [];
  for (const instruction of instructionsOf(dockerfile)) {
    const stage = stages.at(-1);
    const values = new Map([...defaults, ...Object.entries(given)]);
    if (instruction.name === "FROM") stages.push(stageOf(instruction, values));
    else if (stage) stage.instructions.push(instruction);
    else if (instruction.name === "ARG") addDefaults(defaults, instruction, values);
  }
  return stages;
}

/** The stage that a build ends with: the last one, or the last one of that name. */
export function finalStage(stages: readonly Stage[], target?: string): Stage | undefined {
  const name = target?.toLowerCase();
  return stages.findLast((stage) => name === undefined || stage.name === name);
}

/** The earlier stage that one continues; `undefined` if it continues an image. */
export function continuedStage(stage: Stage, stages: readonly Stage[]): Stage | undefined {
  const earlier = stages.slice(0, stages.indexOf(stage));
  return stage.base === undefined ? undefined : finalStage(earlier, stage.base);
}

function stageOf({ rest }: Instruction, values: ReadonlyMap<string, string>): Stage {
  const words = rest.split(/\s+/).filter((word) => !word.startsWith("--"));
  const [written = "", , name] = words;
  const [, argument] = /^\$\{?(\w+)\}?$/.exec(written) ?? [];
  return { name: name?.toLowerCase(), base: expanded(written, values), argument, instructions: [] };
}

function addDefaults(
  defaults: Map<string, string>,
  { rest }: Instruction,
  values: ReadonlyMap<string, string>,
): void {
  for (const [, name = "", written = ""] of rest.matchAll(/(\w+)=("[^"]*"|'[^']*'|\S*)/g)) {
    const value = expanded(written.replace(/^(["'])(.*)\1$/, "$2"), values);
    if (value !== undefined) defaults.set(name, value);
  }
}

/** `node:${VERSION:-22}-slim` with its arguments; `undefined` if one has no value. */
function expanded(text: string, values: ReadonlyMap<string, string>): string | undefined {
  const missing: string[] = [];
  const result = text.replace(
    /\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})/g,
    (reference, plain?: string, braced?: string, fallback?: string) => {
      const value = values.get(plain ?? braced ?? "") ?? fallback;
      if (value === undefined) missing.push(reference);
      return value ?? "";
    },
  );
  return missing.length > 0 || result.includes("${") ? undefined : result;
}
