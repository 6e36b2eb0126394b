import { type Instruction, instructionsOf, unquoted } from "./dockerfile";
import { type Values, assignments, expanded } from "./variables";

/** The values of build arguments. */
export type Arguments = Readonly<Record<string, string>>;

/** A part of a Dockerfile that begins with `FROM`. */
export interface Stage {
  /** In small letters, as the builder compares it. @default it has none */
  readonly name: string | undefined;
  /** The image or the stage that it continues. @default known only to the builder */
  readonly base: string | undefined;
  /** The earlier stage that it continues. @default it continues an image */
  readonly continued: Stage | undefined;
  /** The build argument that is all of its base: `FROM ${PYTHON}`. @default none */
  readonly argument: string | undefined;
  /**
   * Whom it runs as, by its own `USER` or that of the stage that it continues.
   * @default known only to the builder: its image's user, or what a variable of the image says
   */
  readonly user: string | undefined;
}

/** A stage whose end is not reached. */
interface OpenStage extends Stage {
  user: string | undefined;
  /** What `ARG` and `ENV` have set so far: the later one counts. */
  readonly values: Map<string, string | undefined>;
  /** Of these, what `ENV` has set, which counts first in a stage that continues it. */
  readonly environment: Map<string, string | undefined>;
}

/**
 * The stages of a Dockerfile, in order.
 *
 * @param given the build arguments, which take precedence over the defaults in the file
 * @see https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact
 */
export function stagesOf(dockerfile: string, given: Arguments = {}): readonly Stage[] {
  const defaults = new Map<string, string | undefined>();
  const stages: OpenStage[] = [];
  for (const instruction of instructionsOf(dockerfile)) {
    const stage = stages.at(-1);
    if (instruction.name === "FROM") stages.push(begun(instruction, defaults, stages));
    else if (stage) proceed(stage, instruction, defaults, given);
    else if (instruction.name === "ARG") declare(defaults, instruction, given);
  }
  return stages;
}

/** The stage that a build ends with: the last one, or the last one of that name. */
export function finalStage<S extends Stage>(stages: readonly S[], target?: string): S | undefined {
  const name = target?.toLowerCase();
  return stages.findLast((stage) => name === undefined || stage.name === name);
}

function begun({ rest }: Instruction, values: Values, earlier: readonly OpenStage[]): OpenStage {
  const words = unquoted(rest)
    .split(/\s+/)
    .filter((word) => !word.startsWith("--"));
  const [written = "", , name] = words;
  const [, argument] = /^\$\{?(\w+)\}?$/.exec(written) ?? [];
  const base = expanded(written, values);
  const continued = base === undefined ? undefined : finalStage(earlier, base);
  return {
    name: name?.toLowerCase(),
    base,
    continued,
    argument,
    user: continued?.user,
    values: new Map([...(continued?.values ?? []), ...(continued?.environment ?? [])]),
    environment: new Map(continued?.environment),
  };
}

function proceed(stage: OpenStage, instruction: Instruction, defaults: Values, given: Arguments) {
  if (instruction.name === "ARG") {
    declare(stage.values, instruction, given, defaults);
  } else if (instruction.name === "ENV") {
    const before = new Map(stage.values);
    for (const [name, written = ""] of assignments(instruction)) {
      const value = expanded(unquoted(written), before);
      stage.values.set(name, value);
      stage.environment.set(name, value);
    }
  } else if (instruction.name === "USER") {
    const [user = ""] = unquoted(instruction.rest).split(/\s/);
    stage.user = expanded(user, stage.values);
  }
}

/** Declares arguments: what is given comes first, then what is written, then the defaults above all stages. */
function declare(
  values: Map<string, string | undefined>,
  instruction: Instruction,
  given: Arguments,
  defaults: Values = new Map(),
): void {
  for (const [name, written] of assignments(instruction)) {
    const isNamedOnly = written === undefined;
    const value = isNamedOnly ? defaults.get(name) : expanded(unquoted(written), values);
    const chosen = given[name] ?? value;
    // One without any value leaves what was set before.
    if (chosen !== undefined || !isNamedOnly) values.set(name, chosen);
  }
}
