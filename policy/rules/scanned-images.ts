import { type Rule, breach } from "../rule";
import { watches } from "./image-digests";
import { type Resource, type Stack, blocks, refersTo, resourcesOf, strings } from "../stack";

export const scannedImages: Rule = {
  promise: "Where an environment scans, no image is run or pushed before its scan",
  fix: "let docker_container and docker_registry_image depend on the scan, a terraform_data of the same image",
  breaches: ({ stacks, scans }) => {
    if (!scans) return [];
    const images = resourcesOf(stacks, "docker_image");
    const tags = resourcesOf(stacks, "docker_tag");
    return resourcesOf(stacks, "docker_container", "docker_registry_image")
      .filter((user) => {
        const { name, image } = user.block;
        const used = images.filter(
          (each) =>
            refersTo(user.type === "docker_container" ? image : name, each) ||
            tags.some((tag) => refersTo(name, tag) && refersTo(tag.block["source_image"], each)),
        );
        return !used.some((each) => isScannedBefore(user, each, stacks));
      })
      .map((user) => breach(user, "it comes before the scan of its image"));
  },
};

/** Whether a resource depends on a scan of the image, itself or through the probe that it asks. */
function isScannedBefore(user: Resource, image: Resource, stacks: readonly Stack[]): boolean {
  const scans = resourcesOf(stacks, "terraform_data")
    .filter(({ block }) => isScan(block["provisioner"], image))
    .map(({ address }) => address);
  // What watches a probe names it, and so comes after it.
  const asked = resourcesOf(stacks, "docker_container").filter((each) => watches(user, each));
  const before = [user, ...asked].flatMap(({ block }) => strings(block["depends_on"]));
  return before.some((address) => scans.includes(address));
}

function isScan(provisioners: unknown, image: Resource): boolean {
  return blocks(provisioners)
    .flatMap((each) => blocks(each["local-exec"]))
    .some(
      ({ command }) => String(command).startsWith("exec ./scan-image ") && refersTo(command, image),
    );
}
