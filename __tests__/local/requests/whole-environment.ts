import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createApp } from "../../../stacks/options/app";
import { build } from "../../../main";
import { VERSIONS } from "../../../spec/versions";
import { folderSource } from "../../../spec/service/build";
import { buildContexts } from "../../../stacks/images/build-context";
import type { Environment } from "./cases";
import { type PushedImage, pushedImage } from "./pushed-image";

const CONTEXT = path.join(__dirname, "..", "..", "support", "context");
const FILE = "stack.tf.json";

type Blocks = Record<string, Record<string, Record<string, unknown>>>;

/** The parts of a stack's Terraform JSON that are read here. */
interface Stack {
  readonly data?: Blocks;
  readonly ephemeral?: Blocks;
  readonly resource?: Blocks;
  readonly locals?: Record<string, unknown>;
  readonly output?: Record<string, { readonly value: unknown }>;
  readonly provider: Record<string, unknown>;
}

/** The folders of an environment's configurations. */
export interface Written {
  readonly registry: string;
  /** Images and platform in one. */
  readonly rest: string;
  /** The images that must be in the registry before the rest is planned. */
  readonly images: readonly PushedImage[];
}

/**
 * Writes an environment as two Terraform configurations: its registry, and its images and its
 * platform in one, which sends the same requests in less time. Images are not built, digests are
 * invented, and nothing waits for tasks, because no task runs.
 *
 * @param revision changes every image's digest
 */
export function writeEnvironment(
  folder: string,
  { config, services }: Environment,
  revision: string,
): Written {
  mkdirSync(folder, { recursive: true });
  const app = createApp(path.join(folder, "synthesis"));
  const backend = { kind: "local", folder: path.join(folder, "state") } as const;
  build(
    app,
    { ...config, backend },
    services,
    buildContexts(() => folderSource(CONTEXT)),
  );
  app.synth();
  const written = { registry: path.join(folder, "registry"), rest: path.join(folder, "rest") };
  write(written.registry, read(app.outdir, "registry"));
  const images = read(app.outdir, "images");
  const platform = read(app.outdir, "platform");
  const text = withReferences(JSON.stringify(merged(images, platform)), images);
  rmSync(app.outdir, { recursive: true });

  const pushed = new Map<string, PushedImage>();
  const whole = text.replace(
    /docker_registry_image\.(images_([\w-]+)_pushed_\w+)\.sha256_digest/g,
    (_, block: string, image: string) => {
      const made = pushedImage(config, image, revision);
      pushed.set(block, made);
      return `\\"${made.digest}\\"`;
    },
  );
  write(written.rest, whole);
  return { ...written, images: [...pushed.values()] };
}

/** Leaves only the blocks of some types in a configuration. */
export function keepOnly(folder: string, types: readonly string[]): void {
  // The format of Terraform's JSON.
  const { terraform, provider, ...stack } = JSON.parse(
    readFileSync(path.join(folder, FILE), "utf8"),
  ) as Stack & { terraform: unknown };
  const kept = (blocks: Blocks = {}) =>
    Object.fromEntries(Object.entries(blocks).filter(([type]) => types.includes(type)));
  const { data, resource } = stack;
  write(
    folder,
    JSON.stringify({ terraform, provider, data: kept(data), resource: kept(resource) }),
  );
}

function read(outdir: string, stack: string): string {
  return readFileSync(path.join(outdir, "stacks", stack, "cdk.tf.json"), "utf8");
}

function write(folder: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, FILE), text);
}

function merged(...texts: readonly string[]) {
  // The format of Terraform's JSON.
  const stacks = texts.map((text) => JSON.parse(text) as Stack);
  const resource = blocksOf(stacks.map((stack) => stack.resource ?? {}));
  for (const service of Object.values(resource["aws_ecs_service"] ?? {})) {
    service["wait_for_steady_state"] = false;
    // Without the condition that the deployment ended with the new revision.
    service["lifecycle"] = { ignore_changes: ["desired_count"] };
  }
  // No image is signed, because none was built.
  for (const step of Object.values(resource["terraform_data"] ?? {})) delete step["provisioner"];
  const { aws } = stacks[0]?.provider ?? {};
  return {
    terraform: { required_providers: { aws: { source: "hashicorp/aws", version: VERSIONS.aws } } },
    provider: { aws },
    resource,
    data: blocksOf(stacks.map((stack) => stack.data ?? {})),
    ephemeral: blocksOf(stacks.map((stack) => stack.ephemeral ?? {})),
    locals: Object.assign({}, ...stacks.map((stack) => stack.locals ?? {})) as object,
  };
}

/** All blocks by type and name, without those that need a Docker engine. */
function blocksOf(stacks: readonly Blocks[]): Blocks {
  const all: Blocks = {};
  for (const [type, blocks] of stacks.flatMap((each) => Object.entries(each))) {
    if (!type.startsWith("docker_")) all[type] = { ...all[type], ...blocks };
  }
  delete all["terraform_remote_state"]?.["cross-stack-reference-input-images"];
  return all;
}

/** Replaces each output of `images` with its expression. */
function withReferences(text: string, images: string): string {
  // The format of Terraform's JSON.
  const { output } = JSON.parse(images) as Stack;
  return text.replace(
    /data\.terraform_remote_state\.cross-stack-reference-input-images\.outputs\.([\w-]+)/g,
    (_, name: string) => String(output?.[name]?.value).replace(/^\$\{(.*)\}$/, "$1"),
  );
}
