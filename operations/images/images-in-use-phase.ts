import { IMAGES_KEPT } from "../../spec/image-tags";
import { repositoryNames } from "../../spec/images";
import { repositoryName } from "../../spec/names";
import { isDenied, wordsOf } from "../target/aws-error";
import type { Target } from "../target/target";
import type { Phase } from "../terminal/phases";
import { imagesInUse } from "./images-in-use";
import { markImages } from "./use-marks";

const ACTIONS =
  "ecr:DescribeImages, ecr:BatchGetImage, ecr:PutImage and ecr:BatchDeleteImage, and for jobs " +
  "states:DescribeStateMachine and states:ListExecutions";

/**
 * Marks the images that the environment runs, and those that it ran before, so that no number of pushes
 * expires them. It runs before images are pushed, in case the last deployment did not come to its end,
 * and after the services have changed. A failure is reported but does not fail the deployment.
 */
export function imagesInUsePhase(target: Target): Phase {
  return {
    title: "Images in use",
    run: async () => {
      try {
        return await markAll(target);
      } catch (error) {
        target.signal.throwIfAborted();
        return `not marked; ${unmarked("all images", error)}`;
      }
    },
  };
}

/** What follows where marking failed. */
function unmarked(which: string, error: unknown): string {
  const fix = isDenied(error)
    ? `; allow the caller ${ACTIONS}, as npx platform setup does for a pipeline`
    : "";
  return `of ${which} only the ${IMAGES_KEPT} newest are sure to stay until the next deployment: ${wordsOf(error)}${fix}`;
}

async function markAll(target: Target): Promise<string> {
  const { config, services, clients, signal } = target;
  const inUse = await imagesInUse(target);
  const own = repositoryNames(services, config).map((name) => repositoryName(config, name));
  const lost: string[] = [];
  let changes = 0;
  for (const repository of new Set([...inUse.keys(), ...own])) {
    signal.throwIfAborted();
    try {
      const marking = await markImages(clients.ecr, repository, inUse.get(repository) ?? new Set());
      changes += marking.changes;
      const gone = marking.gone.map((digest) => `${repository}@${digest}`);
      if (gone.length > 0)
        lost.push(`no new task can start with ${gone.join(", ")}, which is gone`);
    } catch (error) {
      signal.throwIfAborted();
      lost.push(unmarked(repository, error));
    }
  }
  const count = [...inUse.values()].reduce((sum, digests) => sum + digests.size, 0);
  const marked = changes === 0 && lost.length === 0 ? "all marked" : `${changes} marks changed`;
  return [count === 0 ? "nothing runs yet" : `${count} running, ${marked}`, ...lost].join("; ");
}
