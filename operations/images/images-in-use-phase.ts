import { IMAGES_KEPT } from "../../spec/image-tags";
import { repositoryNames } from "../../spec/images";
import { repositoryName } from "../../spec/names";
import { isDenied, wordsOf } from "../target/aws-error";
import type { Target } from "../target/target";
import type { Phase } from "../terminal/phases";
import { imagesInUse } from "./images-in-use";
import { markImages } from "./use-marks";

const ACTIONS = "ecr:DescribeImages, ecr:BatchGetImage, ecr:PutImage and ecr:BatchDeleteImage";

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
        const fix = isDenied(error) ? `; allow the caller ${ACTIONS}` : "";
        return `not marked, so only the ${IMAGES_KEPT} newest are kept until the next deployment: ${wordsOf(error)}${fix}`;
      }
    },
  };
}

async function markAll({ config, services, clients, signal }: Target): Promise<string> {
  const inUse = await imagesInUse(clients.ecs, config);
  const own = repositoryNames(services, config).map((name) => repositoryName(config, name));
  const gone: string[] = [];
  let changes = 0;
  for (const repository of new Set([...inUse.keys(), ...own])) {
    signal.throwIfAborted();
    const marking = await markImages(clients.ecr, repository, inUse.get(repository) ?? new Set());
    changes += marking.changes;
    gone.push(...marking.gone.map((digest) => `${repository}@${digest}`));
  }
  const count = [...inUse.values()].reduce((sum, digests) => sum + digests.size, 0);
  const lost =
    gone.length > 0 ? [`no new task can start with ${gone.join(", ")}, which is gone`] : [];
  const marked = changes === 0 ? "all marked" : `${changes} marks changed`;
  return [count === 0 ? "nothing runs yet" : `${count} running, ${marked}`, ...lost].join(", ");
}
