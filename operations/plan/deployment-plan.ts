import { PLATFORM_IMAGES } from "../../spec/images";
import { describeResources } from "./resource-list";
import { ownerOf, servicesIn } from "./resource-owner";
import { resourceUsers } from "./resource-users";
import {
  type ImageSource,
  type Input,
  type SynthesizedStack,
  imageSourceOf,
  tasksOf,
} from "../terraform/synthesized-stack";
import { constructName } from "../terraform/construct-name";
import { imageIn } from "../terraform/image-address";
import { type ServicePlan, imagePhrase, planService } from "./service-plan";
import { type ResourceChange, type StackPlan, countChanges } from "./stack-plan";
import { storeChanges } from "./store-changes";
import type { Changes } from "../terraform/terraform-events";
import type { StackName } from "../terraform/terraform-stack";

/** A stack and its plan. */
export interface PlannedStack extends StackPlan {
  readonly synthesized: SynthesizedStack;
  /** The stack that must be applied before this one can be fully planned. */
  readonly waitsFor: StackName | undefined;
}

/** What a deployment would do; `--json` prints this object. */
export interface DeploymentPlan {
  readonly changed: boolean;
  readonly services: readonly ServicePlan[];
  /** The resources that services share. */
  readonly platform: { readonly summary: string; readonly changes: readonly ResourceChange[] };
  readonly stacks: readonly StackSummary[];
  /** Paths and databases that change owner, and queues and buckets that go, one sentence each. */
  readonly moves: readonly string[];
}

/** The counts follow Terraform and include resources that it cannot plan yet. */
export interface StackSummary extends Changes {
  readonly stack: StackName;
  readonly outputsChange: boolean;
  readonly waitsFor: StackName | undefined;
  /** How many of `add` cannot be planned until `waitsFor` is applied. */
  readonly addedLater: number;
  /** How many existing resources have an unknown outcome until `waitsFor` is applied. */
  readonly notKnown: number;
  /** Services planned with the current value of an image or repository that will change. */
  readonly plannedAsNow: readonly { producer: StackName; services: readonly string[] }[];
}

/** Combines the plans of the stacks, in deployment order, into a plan per service. */
export function summarize(
  catalogue: readonly string[],
  stacks: readonly PlannedStack[],
  moves: readonly string[] = [],
): DeploymentPlan {
  const changes = stacks.flatMap((stack) => stack.changes);
  const services = [
    ...new Set([...catalogue, ...servicesIn(changes.map(({ address }) => address))]),
  ];
  const users = resourceUsers(stacks.map(({ synthesized }) => synthesized));
  const owned = (owner?: string) =>
    changes.filter(({ address }) => ownerOf(address, services, users) === owner);
  const plans = services.map((service) =>
    planService({
      service,
      sourceOf: (image) => sourceOf(image, stacks),
      tasks: firstOf(stacks, ({ synthesized }) => tasksOf(synthesized, service)),
      newImages: newImages(service, stacks),
      changes: owned(service),
    }),
  );
  const summaries = stacks.map((stack) => summarizeStack(stack, stacks, services));
  return {
    changed: changes.length > 0 || summaries.some(({ outputsChange }) => outputsChange),
    services: plans,
    platform: { summary: sharedSummary(owned(), stacks), changes: owned() },
    stacks: summaries,
    moves,
  };
}

function summarizeStack(
  stack: PlannedStack,
  stacks: readonly PlannedStack[],
  services: readonly string[],
): StackSummary {
  const inputs = changingInputs(stack, stacks);
  const producers = [...new Set(inputs.map(({ producer }) => producer))];
  const count = (test: (change: ResourceChange) => boolean) => stack.changes.filter(test).length;
  return {
    stack: stack.stack,
    ...countChanges(stack.changes),
    outputsChange: stack.outputs.length > 0,
    waitsFor: stack.waitsFor,
    addedLater: count(({ pending, action }) => pending && action === "create"),
    notKnown: count(({ action }) => action === "unknown"),
    plannedAsNow: producers.map((producer) => {
      const users = inputs.filter((input) => input.producer === producer);
      const concerned = users.map(({ user }) => ownerOf(user, services) ?? "platform");
      return { producer, services: [...new Set(concerned)] };
    }),
  };
}

function sharedSummary(
  changes: readonly ResourceChange[],
  stacks: readonly PlannedStack[],
): string {
  const phrases = PLATFORM_IMAGES.flatMap((image) => {
    const source = sourceOf(image, stacks);
    const phrase = source && imagePhrase(changes.filter(isOf(image)), source);
    return phrase ? [{ image, phrase }] : [];
  });
  // An image without a phrase is not rebuilt: it is removed or unchanged.
  const stores = storeChanges(changes);
  const others = changes.filter(
    (change) => !stores.covered.has(change) && !phrases.some(({ image }) => isOf(image)(change)),
  );
  return (
    [
      ...phrases.map(({ image, phrase }) => `${image}: ${phrase}`),
      ...stores.phrases,
      ...describeResources(others),
    ].join("; ") || "no change"
  );
}

function isOf(image: string): (change: ResourceChange) => boolean {
  const scope = `.${constructName("images", image)}_`;
  return ({ stack, address }) => stack === "images" && address.includes(scope);
}

/** The images in a service's task definition whose digest is about to change. */
function newImages(service: string, stacks: readonly PlannedStack[]): string[] {
  const tasks = ["services", "jobs"].map(
    (scope) => `aws_ecs_task_definition.${constructName(scope, service)}_`,
  );
  const outputs = stacks
    .flatMap((stack) => changingInputs(stack, stacks))
    .filter(
      ({ producer, user }) => producer === "images" && tasks.some((task) => user.startsWith(task)),
    )
    .map(({ output }) => imageIn(`output.${/images_.+/.exec(output)?.[0] ?? ""}`) ?? output);
  return [...new Set(outputs)];
}

/** The inputs whose current value a stack is planned with, although an earlier stack will change it. */
function changingInputs(stack: PlannedStack, stacks: readonly PlannedStack[]): Input[] {
  const changing = new Set(
    stacks
      .flatMap(({ outputs }) => outputs.filter(({ hasValue }) => hasValue))
      .map(({ name }) => name),
  );
  return stack.synthesized.inputs.filter(({ output }) => changing.has(output));
}

function sourceOf(image: string, stacks: readonly PlannedStack[]): ImageSource | undefined {
  return firstOf(stacks, ({ synthesized }) => imageSourceOf(synthesized, image));
}

function firstOf<T>(
  stacks: readonly PlannedStack[],
  find: (stack: PlannedStack) => T | undefined,
): T | undefined {
  return stacks.map(find).find((found) => found !== undefined);
}
