import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Config } from "../../spec/config";
import { PLATFORM_IMAGES, imageNames } from "../../spec/images";
import { isImageName } from "../../spec/names";
import { type BuildSource, folderSource } from "../../spec/service/build";
import { leadsOut } from "../../spec/service/build-problems";
import { buildOf } from "../../spec/service/sidecars";
import type { Services } from "../../spec/service/spec";
import { type ReadContext, readContext } from "./context/context-digest";
import { imageUser } from "./image-user";
import { finalStage, stagesOf } from "./stages";

const PLATFORM_FOLDER = path.resolve(__dirname, "..", "platform");

/** Problems of one context in a message list; a wrong mode of a folder may cause thousands. */
const MOST_PROBLEMS = 10;

/** What an image is built from. It is read when it is first asked about, and only once. */
export class BuildContext {
  private content: ReadContext | undefined;

  constructor(readonly source: BuildSource) {}

  /** The folder that the Dockerfile copies from. */
  get folder(): string {
    return path.join(this.source.project, this.source.context);
  }

  get dockerfilePath(): string {
    return path.join(this.source.project, this.source.dockerfile);
  }

  /**
   * The hash of all that the builder gets: of the folder, the Dockerfile, and which stage and secrets,
   * whose values do not count. Throws if there are problems.
   */
  digest(): string {
    const { digest, problems } = this.read();
    if (problems.length > 0) throw new Error(problems.join("\n"));
    const { context, dockerfile, target, secrets } = this.source;
    const words = JSON.stringify([digest, context, dockerfile, target, secrets]);
    return createHash("sha256").update(words).digest("hex");
  }

  /** The text of its Dockerfile; empty if it has none, which is one of its problems. */
  dockerfile(): string {
    const file = this.dockerfilePath;
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** Whom the image runs as: without a Dockerfile, a user of the platform's. */
  user(): string {
    const { target, values } = this.source;
    return imageUser(this.dockerfile(), target, values);
  }

  /** Why the folder cannot be built, each with its fix. */
  problems(): string[] {
    const { problems } = this.read();
    const rest = problems.length - MOST_PROBLEMS;
    return rest <= 0
      ? [...problems]
      : [
          ...problems.slice(0, MOST_PROBLEMS),
          `${path.relative(".", this.folder) || "."} has ${rest} more problems`,
        ];
  }

  private read(): ReadContext {
    this.content ??= this.readNow();
    return this.content;
  }

  private readNow(): ReadContext {
    const dockerfile = this.dockerfilePath;
    const { digest, problems } = readContext(this.folder, {
      dockerfile,
      keptOut: keptOut(this.source),
    });
    // Its absence is a problem already.
    if (!existsSync(dockerfile)) return { digest, problems };
    return { digest, problems: [...problems, ...targetProblems(this.source, this.dockerfile())] };
  }
}

/** The build context of each image, by its name. */
export type ContextOf = (image: string) => BuildContext;

/** The contexts of all images: of services and sidecars, and the platform's folders for its own images. */
export function buildContexts(sourceOf: (image: string) => BuildSource): ContextOf {
  const contexts = new Map<string, BuildContext>();
  return (image) => {
    const source = PLATFORM_IMAGES.includes(image)
      ? folderSource(path.join(PLATFORM_FOLDER, image))
      : sourceOf(image);
    const context = contexts.get(image) ?? new BuildContext(source);
    contexts.set(image, context);
    return context;
  };
}

/**
 * Every problem in the contexts of all images. An environment that takes its images from another one
 * builds none, and needs no context.
 */
export function contextProblems(
  { promoteFrom }: Pick<Config, "promoteFrom">,
  services: Services,
  contextOf: ContextOf,
): string[] {
  if (promoteFrom) return [];
  return (
    imageNames(services)
      // A refused name or path, such as `../..`, would lead out of the project.
      .filter((image) => isImageName(image) && !leadsOut(buildOf(image, services)))
      .flatMap((image) => contextOf(image).problems())
      .map((problem) => `services: ${problem}`)
  );
}

/** What no builder may get, by its path in the context, with the reason. */
function keptOut({ context, outputs, secretFiles }: BuildSource): Map<string, string> {
  const reasons = [
    ...outputs.map((output) => [output, "each run changes it, and would build the image again"]),
    ...secretFiles.map((file) => [file, "it is a secret of a build, which must be in no image"]),
  ] as const;
  return new Map(
    reasons.flatMap(([given = "", reason = ""]): [string, string][] => {
      const entry = path.posix.relative(context, given);
      return entry === "" || entry.split("/")[0] === ".." ? [] : [[entry, reason]];
    }),
  );
}

/** A stage that the Dockerfile does not have. */
function targetProblems({ dockerfile, target }: BuildSource, text: string): string[] {
  const stages = stagesOf(text);
  if (target === undefined || finalStage(stages, target)) return [];
  const names = stages.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const known =
    names.length > 0
      ? `it has ${names.join(", ")}`
      : "none of its stages has a name (FROM … AS name)";
  return [`build.target "${target}" is no stage of ${dockerfile}; ${known}`];
}
