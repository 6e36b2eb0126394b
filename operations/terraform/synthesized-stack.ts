import { readFileSync } from "node:fs";
import path from "node:path";
import { PROMOTED_FROM } from "../../stacks/images/running-images";
import { constructName, isNamed } from "./construct-name";
import { record } from "./terraform-events";
import { STACKS, type StackName } from "./terraform-stack";

type Block = Readonly<Record<string, unknown>>;

/** A cross-stack reference as cdktf writes it. */
const INPUT =
  /data\.terraform_remote_state\.cross-stack-reference-input-([\w-]+)\.outputs\.([\w-]+)/g;

/** The reference of a promoted image to its source environment. */
const SOURCE = new RegExp(`terraform_remote_state\\.${PROMOTED_FROM}([a-z0-9-]+)\\.`);

/** A value that a stack reads from the state of an earlier one. */
export interface Input {
  readonly producer: StackName;
  /** Name of the producer's output. */
  readonly output: string;
  /** Address of the resource, data source or local that uses it. */
  readonly user: string;
}

/** Where an image comes from: sources with a content hash, or another environment. */
export type ImageSource = { readonly contentHash: string } | { readonly environment: string };

/** One stack as passed to Terraform: the desired resources, whether or not they can be planned yet. */
export interface SynthesizedStack {
  readonly stack: StackName;
  /** Resources by address, without data sources. */
  readonly resources: ReadonlyMap<string, Block>;
  readonly inputs: readonly Input[];
}

/** Reads a stack's `cdk.tf.json`. */
export function readSynthesizedStack(folder: string, stack: StackName): SynthesizedStack {
  const file = path.join(folder, "stacks", stack, "cdk.tf.json");
  return parseSynthesizedStack(stack, JSON.parse(readFileSync(file, "utf8")));
}

/** Parses the JSON that cdktf wrote for a stack. */
export function parseSynthesizedStack(stack: StackName, json: unknown): SynthesizedStack {
  const { resource, data, locals } = record(json);
  const resources = blocks(resource);
  const users = [...resources, ...blocks(data, "data."), ...entries(locals, "local.")];
  return { stack, resources: new Map(resources), inputs: users.flatMap(inputsOf) };
}

/** The source of an image in the stack. */
export function imageSourceOf(
  { resources }: SynthesizedStack,
  image: string,
): ImageSource | undefined {
  const found = find(resources, "docker_image", constructName("images", image, "image"));
  const hash = record(found?.["triggers"])["content"];
  if (typeof hash === "string") return { contentHash: hash };
  const [, environment] = SOURCE.exec(String(found?.["name"])) ?? [];
  return environment === undefined ? undefined : { environment };
}

/** The number of tasks that a service starts with; `undefined` for a job. */
export function tasksOf({ resources }: SynthesizedStack, service: string): number | undefined {
  const name = constructName("services", service, "service");
  const count = find(resources, "aws_ecs_service", name)?.["desired_count"];
  return typeof count === "number" ? count : undefined;
}

function find(
  resources: SynthesizedStack["resources"],
  type: string,
  name: string,
): Block | undefined {
  const [found] = [...resources].filter(([address]) => isNamed(address, type, name));
  return found?.[1];
}

/** `{ aws_lb: { name: block } }` by address. */
function blocks(types: unknown, prefix = ""): [string, Block][] {
  return entries(types, prefix)
    .flatMap(([type, named]) => entries(named, `${type}.`))
    .map(([address, block]) => [address, record(block)]);
}

function entries(object: unknown, prefix: string): [string, unknown][] {
  return Object.entries(record(object)).map(([name, value]) => [`${prefix}${name}`, value]);
}

function inputsOf([user, block]: [string, unknown]): Input[] {
  return [...JSON.stringify(block).matchAll(INPUT)].flatMap(([, stack, output = ""]) => {
    const producer = STACKS.find((name) => name === stack);
    return producer ? [{ producer, output, user }] : [];
  });
}
