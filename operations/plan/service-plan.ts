import { describeResources, typeOf } from "./resource-list";
import { readableAddress } from "../terraform/stack-progress";
import type { ResourceChange } from "./stack-plan";
import type { ImageSource } from "../terraform/synthesized-stack";
import { imageIn } from "../terraform/image-address";
import { scannedImage } from "../../stacks/images/scan";
import { signatureAt } from "../../stacks/images/signature";

/** The plan for one service. */
export interface ServicePlan {
  readonly service: string;
  readonly status: "unchanged" | "changed" | "new" | "removed";
  readonly summary: string;
  /** The images in its task definition whose digest `images` has not output yet. */
  readonly newImages: readonly string[];
  readonly changes: readonly ResourceChange[];
}

/** The facts about a service before anything is applied. */
export interface ServiceFacts {
  readonly service: string;
  /** Where an image comes from; `undefined` for one that is no longer in the catalogue. */
  readonly sourceOf: (image: string) => ImageSource | undefined;
  /** The number of tasks that it starts with; `undefined` for a job. */
  readonly tasks: number | undefined;
  readonly newImages: ServicePlan["newImages"];
  readonly changes: readonly ResourceChange[];
}

/** What makes a service or a job run. */
const RUNS = ["aws_ecs_service", "aws_scheduler_schedule"];

/** Combines the changes of the three stacks to a service. */
export function planService(facts: ServiceFacts): ServicePlan {
  const { service, changes, newImages } = facts;
  const plan = (status: ServicePlan["status"], summary: string): ServicePlan => {
    return { service, status, summary, newImages, changes };
  };
  if (!facts.sourceOf(service)) return plan("removed", `removed: ${removedParts(changes)}`);
  if (changes.some((change) => RUNS.includes(typeOf(change)) && change.action === "create")) {
    return plan("new", `new: ${newParts(facts)}`);
  }
  if (changes.length === 0 && newImages.length === 0) return plan("unchanged", "no change");
  const phrases = [
    ...imagePhrases(facts),
    ...rollingPhrases(facts),
    ...(changes.some(isRotation) ? ["new database password"] : []),
    ...reachPhrases(facts),
  ].filter(Boolean);
  const others = describeResources(changes.filter((change) => !isSpokenOf(change, service)));
  return plan("changed", [phrases.join(", "), ...others].filter(Boolean).join("; "));
}

/** Describes the changes to the image of a service, and to those of its sidecars. */
function imagePhrases({ service, changes, sourceOf }: ServiceFacts): string[] {
  const imageOf = ({ address }: ResourceChange) => imageIn(address) ?? service;
  const images = new Set([service, ...changes.map(imageOf)]);
  return [...images].flatMap((image) => {
    const source = sourceOf(image);
    const own = changes.filter((change) => imageOf(change) === image);
    const phrase = source && imagePhrase(own, source);
    if (!phrase) return [];
    return [image === service ? phrase : `${image}: ${phrase}`];
  });
}

/** Describes the largest change to an image; an empty string if there is none. */
export function imagePhrase(changes: readonly ResourceChange[], source: ImageSource): string {
  const all = changes.filter(({ action }) => ["create", "replace"].includes(action));
  const scans = all.filter(({ address }) => scannedImage(address) !== undefined);
  const signatures = all.filter(({ address }) => signatureAt(address) !== undefined);
  const others = all.filter((each) => !scans.includes(each) && !signatures.includes(each));
  const renewed = (type: string) => others.some((change) => typeOf(change) === type);
  if (renewed("terraform_data")) return `new image ${described(source)}`;
  // The engine has lost the image, or is not the one of the last deployment.
  if (renewed("docker_image")) {
    return `image ${described(source)} ${"contentHash" in source ? "built" : "pulled"} again`;
  }
  if (renewed("docker_container")) return "probed again";
  if (renewed("docker_registry_image")) return "pushed again";
  if (scans.length > 0) return "scanned again";
  return signatures.some(({ address }) => signatureAt(address)?.does === "sign") ? "signed" : "";
}

function rollingPhrases({ service, tasks, changes, newImages }: ServiceFacts): string[] {
  const task = changes.find(
    (change) => typeOf(change) === "aws_ecs_task_definition" && change.action === "replace",
  );
  if (!task && newImages.length === 0) return [];
  const reasons = [
    ...(task?.attributes ?? []),
    ...newImages.filter((image) => image !== service).map((image) => `new image of ${image}`),
  ];
  const isReplaced = changes.some(
    (change) => typeOf(change) === "aws_ecs_service" && change.action === "replace",
  );
  return [
    `task definition replaced${reasons.length > 0 ? ` (${reasons.join(", ")})` : ""}`,
    ...(isReplaced ? [] : [tasks === undefined ? "from its next run" : "rolling"]),
  ];
}

/** Whether a service gets a new password, which is due: see spec/database/login.ts. */
function isRotation(change: ResourceChange): boolean {
  return typeOf(change) === "aws_secretsmanager_secret_version" && change.action === "replace";
}

/** Describes the effect of a change to `calls`. */
function reachPhrases({ service, changes }: ServiceFacts): string[] {
  const phrases = changes.flatMap((change) => {
    const target = reached(change, service);
    if (target === undefined) return [];
    return [change.action === "delete" ? `no longer reaches ${target}` : `reaches ${target}`];
  });
  return [...new Set(phrases)];
}

/** The service that an added or removed rule lets this one reach. */
function reached({ address, action }: ResourceChange, service: string): string | undefined {
  if (action !== "create" && action !== "delete") return undefined;
  const { name } = readableAddress(address);
  const [scope, target] = name.replace(/_(in|out)$/, "").split(`_${service}-to-`);
  return scope === "security-groups_paths" ? target : undefined;
}

function newParts({ service, changes, sourceOf, tasks }: ServiceFacts): string {
  const own = changes.filter(({ address }) => (imageIn(address) ?? service) === service);
  const source = sourceOf(service);
  return [
    ...(own.some((change) => typeOf(change) === "aws_ecr_repository") ? ["repository"] : []),
    ...(source && imagePhrase(own, source) ? [`image ${described(source)}`] : []),
    ...new Set(sidecarNames(service, changes)),
    tasks === undefined ? "job" : `service of ${tasks} ${tasks === 1 ? "task" : "tasks"}`,
  ].join(", ");
}

/** `sidecar otel` of each sidecar whose image is made. */
function sidecarNames(service: string, changes: readonly ResourceChange[]): string[] {
  return changes.flatMap(({ address }) => {
    const [, sidecar] = imageIn(address)?.split(`${service}_`) ?? [];
    return sidecar === undefined ? [] : [`sidecar ${sidecar}`];
  });
}

/** In a safe order: a repository outlives the tasks that use it. */
function removedParts(changes: readonly ResourceChange[]): string {
  const isJob = changes.some((change) => typeOf(change) === "aws_scheduler_schedule");
  const parts = { platform: isJob ? "job" : "service", images: "image", registry: "repository" };
  return Object.entries(parts)
    .filter(([stack]) => changes.some((change) => change.stack === stack))
    .map(([, part]) => part)
    .join(", then ");
}

/** Whether the phrases on the image and the tasks already cover the change. */
function isSpokenOf(change: ResourceChange, service: string): boolean {
  const { stack, action, attributes, address } = change;
  if (reached(change, service) !== undefined || isRotation(change)) return true;
  if (action === "unknown" || action === "delete") return false;
  if (stack === "images") return true;
  if (address.startsWith("aws_ecs_task_definition.")) return action === "replace";
  return (
    (address.startsWith("aws_ecs_service.") && attributes.join() === "task_definition") ||
    (address.startsWith("aws_sfn_state_machine.") && attributes.join() === "definition")
  );
}

/** `a1b2c3d4`, or `of dev`. */
function described(source: ImageSource): string {
  return "contentHash" in source ? source.contentHash.slice(0, 8) : `of ${source.environment}`;
}
