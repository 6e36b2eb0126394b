/** A block of Terraform JSON. */
export type Block = Readonly<Record<string, unknown>>;

/** One synthesized stack: its name and the content of its `cdk.tf.json`. */
export interface Stack {
  readonly name: string;
  readonly json: unknown;
}

/** A resource or data source of a stack. */
export interface Resource {
  readonly stack: string;
  /** `aws_lb.load-balancer_alb_15AADC07`; a data source's starts with `data.`. */
  readonly address: string;
  readonly type: string;
  readonly block: Block;
}

/** The resources of the given types; of all types when none is given. */
export function resourcesOf(stacks: readonly Stack[], ...types: readonly string[]): Resource[] {
  return stacks.flatMap((stack) => blocksOf(stack, "resource", "", types));
}

/** The data sources of the given types. */
export function dataSourcesOf(stacks: readonly Stack[], ...types: readonly string[]): Resource[] {
  return stacks.flatMap((stack) => blocksOf(stack, "data", "data.", types));
}

/** The first value below a key of `locals`, `output` or another part of a stack. */
export function partOf({ json }: Stack, part: string): Block {
  return record(record(json)[part]);
}

function blocksOf(
  stack: Stack,
  part: string,
  prefix: string,
  wanted: readonly string[],
): Resource[] {
  return Object.entries(partOf(stack, part))
    .filter(([type]) => wanted.length === 0 || wanted.includes(type))
    .flatMap(([type, named]) =>
      Object.entries(record(named)).map(([name, block]) => ({
        stack: stack.name,
        address: `${prefix}${type}.${name}`,
        type,
        block: record(block),
      })),
    );
}

/** A JSON object's values by name; empty for anything else. */
export function record(value: unknown): Block {
  // Unknown JSON becomes a record of unknown values: each is narrowed where it is read.
  return typeof value === "object" && value !== null ? (value as Block) : {};
}

/** A nested block: cdktf writes one as an object and several as a list. */
export function blocks(value: unknown): Block[] {
  return values(value).map(record);
}

/** The values of a list; a single value is a list of one, and a missing one of none. */
export function values(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The strings of a list or of a single string. */
export function strings(value: unknown): string[] {
  return values(value).map(String);
}

/** Whether an attribute refers to a resource, as `${aws_lb.alb.arn}` does. */
export function refersTo(value: unknown, { address }: Pick<Resource, "address">): boolean {
  const text = JSON.stringify(value ?? "");
  const before = text.split(`${address}.`).slice(0, -1);
  // A longer address may end with this one: `data.` and the same, for instance.
  return before.some((part) => !/[\w.-]$/.test(part));
}
