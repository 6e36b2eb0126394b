import { readFileSync } from "node:fs";
import path from "node:path";
import { wordsOf } from "../target/aws-error";
import type { Config } from "../../spec/config";
import { environmentTags } from "../../stacks/options/providers";
import { describeDiagnostic } from "../terraform/diagnostic";
import type { ExistingResource, ResourceContext } from "./found-by-name";
import { findResource, isImportable, nameOf } from "./resource-tags";
import { type StackFailure, stackFolder, terraformIn } from "../terraform/terraform-process";

const EXISTS =
  /already exists|AlreadyExists|ResourceExistsException|DuplicateTargetGroupName|not idempotent/i;

type Arguments = Readonly<Record<string, unknown>>;

/** A line of advice on a resource: `own` if it is this environment's, `foreign` if not or unknown. */
interface Advice {
  readonly own?: string;
  readonly foreign?: string;
}

/**
 * A killed run may leave resources missing from the state, and the next run then fails on them. This
 * lists the commands that import them, one for each resource that already exists and has this
 * environment's tags. Importing another environment's resource would let `destroy` here delete it: for
 * those only the owner is named.
 *
 * @see https://developer.hashicorp.com/terraform/cli/import/usage
 */
export async function importCommands(
  failure: StackFailure,
  context: ResourceContext,
): Promise<string[]> {
  const existing = failure.diagnostics.filter((error) => EXISTS.test(describeDiagnostic(error)));
  const addresses = new Set(existing.flatMap(({ address }) => address ?? []));
  if (addresses.size === 0) return [];
  const resources = readResources(failure);
  const advice = await Promise.all(
    [...addresses].map(async (address) => {
      const [type = "", id = ""] = address.split(".");
      if (!isImportable(type)) return {};
      const command = (importId: string) =>
        `→ ${terraformIn(failure)} import '${address}' '${importId}'`;
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
    return { foreign: `${what} already exists and ${ownerOf(found)}.` };
  } catch (error) {
    return {
      foreign: `${what} already exists, but its owner is unknown: its tags could not be read (${wordsOf(error)}).`,
    };
  }
}

function isOwn({ tags }: ExistingResource, config: Config): boolean {
  return Object.entries(environmentTags(config)).every(([key, value]) => tags[key] === value);
}

function ownerOf({ tags: { Project, Environment } }: ExistingResource): string {
  if (Project === undefined || Environment === undefined) {
    return "does not belong to a platform: it has no tags Project and Environment";
  }
  return `belongs to the environment ${Environment} of ${Project}`;
}

function ownLines(commands: readonly string[]): string[] {
  if (commands.length === 0) return [];
  return [
    "These resources already exist but are missing from the state; a killed run left them:",
    ...commands,
    "→ Then run the same command again. (On the local AWS, npx platform down also removes them.)",
  ];
}

function foreignLines(findings: readonly string[]): string[] {
  if (findings.length === 0) return [];
  return [
    ...findings,
    "→ Do not import resources of another owner: destroy would delete them. Choose another PLATFORM_NAME or PLATFORM_SUFFIX, or remove them where they belong; if tags could not be read, allow the caller to read them.",
  ];
}

function readResources({ stackName, synthFolder }: StackFailure) {
  const json = readFileSync(path.join(stackFolder(stackName, synthFolder), "cdk.tf.json"), "utf8");
  // The format that cdktf writes.
  const { resource = {} } = JSON.parse(json) as {
    resource?: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  };
  return resource;
}
