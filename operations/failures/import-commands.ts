import { readFileSync } from "node:fs";
import path from "node:path";
import { wordsOf } from "../target/aws-error";
import type { Config } from "../../spec/config";
import { environmentTags } from "../../stacks/options/providers";
import { terraformIn } from "./known-errors";
import {
  type ExistingResource,
  type ResourceContext,
  findResource,
  isImportable,
  nameOf,
} from "./resource-tags";
import { type StackFailure, stackFolder } from "../terraform/terraform-process";

const EXISTS = /already exists|AlreadyExists|not idempotent/i;

type Arguments = Readonly<Record<string, unknown>>;

/** Lines of advice: on what is this environment's own, and on what is not, or may not be. */
interface Advice {
  readonly own?: string;
  readonly foreign?: string;
}

/**
 * A run that was killed may have made what no state knows; the next one then meets it. These are the
 * commands that put it into the state, one for each resource that failed because it exists and whose
 * tags are this environment's. To import what is another's would hand it to `destroy` here: of that it
 * is said whose it is, and no command is given.
 *
 * @see https://developer.hashicorp.com/terraform/cli/import/usage
 */
export async function importCommands(
  { stackName, errors, failed }: StackFailure,
  context: ResourceContext,
): Promise<string[]> {
  if (!errors.some((error) => EXISTS.test(error))) return [];
  const resources = readResources(stackName);
  const advice = await Promise.all(
    failed.map(async (address) => {
      const [type = "", id = ""] = address.split(".");
      if (!isImportable(type)) return {};
      const command = (importId: string) =>
        `→ ${terraformIn(stackName)} import '${address}' '${importId}'`;
      return await adviceOn(type, resources[type]?.[id] ?? {}, context, command);
    }),
  );
  return [
    ...ownLines(advice.flatMap(({ own }) => own ?? [])),
    ...foreignLines(advice.flatMap(({ foreign }) => foreign ?? [])),
  ];
}

async function adviceOn(
  type: string,
  given: Arguments,
  context: ResourceContext,
  command: (importId: string) => string,
): Promise<Advice> {
  const what = `${type} ${nameOf(type, given)}`;
  try {
    const found = await findResource(type, given, context);
    if (!found) return {};
    if (isOwn(found, context.config)) return { own: command(found.importId) };
    return { foreign: `${what} is there already, and ${ownerOf(found)}.` };
  } catch (error) {
    return {
      foreign: `${what} is there already, and its tags, which say whose it is, could not be read (${wordsOf(error)}).`,
    };
  }
}

function isOwn({ tags }: ExistingResource, config: Config): boolean {
  return Object.entries(environmentTags(config)).every(([key, value]) => tags[key] === value);
}

function ownerOf({ tags: { Project, Environment } }: ExistingResource): string {
  if (Project === undefined || Environment === undefined) {
    return "has no tags Project and Environment: it is not of a platform";
  }
  return `belongs to the environment ${Environment} of ${Project}`;
}

function ownLines(commands: readonly string[]): string[] {
  if (commands.length === 0) return [];
  return [
    "What Terraform wanted to make is there already and in no state: a run that was killed has left it.",
    ...commands,
    "→ Then run the same command again. (On the local AWS npx platform down removes all of it, too.)",
  ];
}

function foreignLines(findings: readonly string[]): string[] {
  if (findings.length === 0) return [];
  return [
    ...findings,
    "→ Do not import what is not this environment's: destroy here would take it. Choose another PLATFORM_NAME or PLATFORM_SUFFIX, or remove it where it belongs; allow the caller to read tags where they could not be read.",
  ];
}

function readResources(stack: StackFailure["stackName"]) {
  const json = readFileSync(path.join(stackFolder(stack), "cdk.tf.json"), "utf8");
  // What cdktf has synthesized.
  const { resource = {} } = JSON.parse(json) as {
    resource?: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  };
  return resource;
}
