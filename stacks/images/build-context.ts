import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Config } from "../../spec/config";
import { PLATFORM_IMAGES, imageNames } from "../../spec/images";
import { isServiceName } from "../../spec/names";
import type { Services } from "../../spec/service/spec";
import { type ReadContext, readContext } from "./context/context-digest";
import { replacedUser } from "./image-user";

const PLATFORM_FOLDER = path.resolve(__dirname, "..", "platform");

/** Problems of one context in a message list; a wrong mode of a folder may cause thousands. */
const MOST_PROBLEMS = 10;

/** The folder that an image is built from. It is read when it is first asked about, and only once. */
export class BuildContext {
  private content: ReadContext | undefined;

  constructor(readonly folder: string) {}

  /** The hash of all that the builder gets of the folder. Throws if there are problems. */
  digest(): string {
    const { digest, problems } = this.read();
    if (problems.length > 0) throw new Error(problems.join("\n"));
    return digest;
  }

  /** The text of its Dockerfile; empty if it has none, which is one of its problems. */
  dockerfile(): string {
    const file = path.join(this.folder, "Dockerfile");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** Whom the image runs as instead of its own user. @default its own user */
  user(): string | undefined {
    return replacedUser(this.folder);
  }

  /** Why the folder cannot be built, each with its fix. */
  problems(): string[] {
    const { problems } = this.read();
    const rest = problems.length - MOST_PROBLEMS;
    return rest <= 0
      ? [...problems]
      : [
          ...problems.slice(0, MOST_PROBLEMS),
          `${path.relative(".", this.folder)} has ${rest} more problems`,
        ];
  }

  private read(): ReadContext {
    this.content ??= readContext(this.folder);
    return this.content;
  }
}

/** The build context of each image, by its name. */
export type ContextOf = (image: string) => BuildContext;

/** The contexts of all images: the services' own folders, and the platform's for its own images. */
export function buildContexts(folderOf: (service: string) => string): ContextOf {
  const contexts = new Map<string, BuildContext>();
  return (image) => {
    const isPlatforms = PLATFORM_IMAGES.includes(image);
    const folder = isPlatforms ? path.join(PLATFORM_FOLDER, image) : folderOf(image);
    const context = contexts.get(image) ?? new BuildContext(folder);
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
      // A refused name, such as `../..`, would lead out of the folder.
      .filter((image) => isServiceName(image))
      .flatMap((image) => contextOf(image).problems())
      .map((problem) => `services: ${problem}`)
  );
}
