import { type Rule, breach } from "../rule";
import {
  type Block,
  type Resource,
  type Stack,
  partOf,
  record,
  refersTo,
  resourcesOf,
} from "../stack";
import { containersOf } from "../containers";

/** A value of `images`' outputs: cdktf writes a value of another stack so. */
const OUTPUT_OF_IMAGES =
  /^\$\{data\.terraform_remote_state\.cross-stack-reference-input-images\.outputs\.([\w-]+)\}$/;

/** The digest which the registry reported. */
const PUSHED = /^\$\{docker_registry_image\.[\w-]+\.sha256_digest\}$/;

export const imageDigests: Rule = {
  promise: "Every container runs an image that the stack images pushed, by its digest",
  fix: "pass the reference of a ProbedImage; a tag can be moved, and an image of another place was never probed",
  breaches: ({ stacks }) => {
    const digests = digestOutputs(stacks);
    return containersOf(stacks).flatMap(({ resource, name, container }) => {
      const image = String(container["image"]);
      const output = OUTPUT_OF_IMAGES.exec(image)?.[1];
      if (output !== undefined && digests.has(output)) return [];
      return [breach(resource, `the container ${name} runs ${image}`)];
    });
  },
};

export const probedImages: Rule = {
  promise: "An image is pushed only after its container has shown that it works",
  fix: "let docker_registry_image depend on the probe, a docker_container that waits until it is healthy, or for the end of a job",
  breaches: ({ stacks }) => {
    const containers = resourcesOf(stacks, "docker_container");
    const waiting = containers.filter(({ block }) => block["wait"] === true || isOfJob(block));
    /** What has shown it then: the container that waits, or the one that it watches from beside it. */
    const healthy = (each: Resource) => containers.find((other) => watches(each, other)) ?? each;
    const images = resourcesOf(stacks, "docker_image");
    const tags = resourcesOf(stacks, "docker_tag");
    /** The image of a name, which a promoted image has from its tag. */
    const isNameOf = (name: unknown, image: Resource) =>
      refersTo(name, image) ||
      tags.some((tag) => refersTo(name, tag) && refersTo(tag.block["source_image"], image));
    const isProbed = ({ block }: Resource) =>
      waiting.some(
        (each) =>
          dependencies(block).includes(each.address) &&
          images.some(
            (image) =>
              isNameOf(block["name"], image) && refersTo(healthy(each).block["image"], image),
          ),
      );
    return resourcesOf(stacks, "docker_registry_image")
      .filter((pushed) => !isProbed(pushed))
      .map((pushed) => breach(pushed, "it is pushed without a probe"));
  },
};

/** Whether a container shares another's network, to ask it, or its processes, to end with it. */
export function watches({ block }: Resource, other: Resource): boolean {
  return refersTo(block["network_mode"], other) || refersTo(block["pid_mode"], other);
}

/** A job runs to its end, which must be good, or is started without a network to work over. */
function isOfJob(block: Block): boolean {
  const end = JSON.stringify(block["lifecycle"] ?? "");
  return block["attach"] === true
    ? end.includes("self.exit_code == 0")
    : block["network_mode"] === "none";
}

/** The names of the outputs of `images` that are references by digest. */
function digestOutputs(stacks: readonly Stack[]): ReadonlySet<string> {
  const images = stacks.find(({ name }) => name === "images");
  if (!images) return new Set();
  const locals = Object.entries(partOf(images, "locals")).filter(([, value]) =>
    isPushed(String(value).split("@").at(-1) ?? "", images),
  );
  const known = new Set(locals.map(([name]) => `\${local.${name}}`));
  const outputs = Object.entries(partOf(images, "output"));
  return new Set(
    outputs
      .filter(([, output]) => known.has(String(record(output)["value"])))
      .map(([name]) => name),
  );
}

/** Whether a digest is the registry's, itself or as its signature passes it on. */
function isPushed(digest: string, images: Stack): boolean {
  const [passedOn] = resourcesOf([images], "terraform_data").filter(
    ({ address }) => digest === `\${${address}.triggers_replace.digest}`,
  );
  const own = passedOn ? String(record(passedOn.block["triggers_replace"])["digest"]) : digest;
  return PUSHED.test(own);
}

function dependencies(block: Block): string[] {
  const { depends_on: named } = block;
  return Array.isArray(named) ? named.map(String) : [];
}
