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
import { type ServicePlan, imagePhrase, planService } from "./service-plan";
import { type ResourceChange, type StackPlan, countChanges } from "./stack-plan";
import type { Changes } from "../terraform/terraform-events";
import type { StackName } from "../terraform/terraform-stack";

/** A stack with what applying it would do. */
export interface PlannedStack extends StackPlan {
  readonly synthesized: SynthesizedStack;
  /** The stack that must be applied before all of this one can be planned. */
  readonly waitsFor: StackName | undefined;
}

/** What a deployment would do; `--json` prints it as it is. */
export interface DeploymentPlan {
  readonly changed: boolean;
  readonly services: readonly ServicePlan[];
  /** What the services share. */
  readonly platform: { readonly summary: string; readonly changes: readonly ResourceChange[] };
  readonly stacks: readonly StackSummary[];
  /** What becomes of paths and databases that change hands, a sentence each. */
  readonly moves: readonly string[];
}

/** The counts are Terraform's, those of resources that it cannot plan yet among them. */
export interface StackSummary extends Changes {
  readonly stack: StackName;
  readonly outputsChange: boolean;
  readonly waitsFor: StackName | undefined;
  /** How many of `add` can be planned only once `waitsFor` is applied. */
  readonly addedLater: number;
  /** How many resources exist, and show what becomes of them once `waitsFor` is applied. */
  readonly notKnown: number;
  /** Services that are planned with an image or a repository as it is now, though it changes. */
  readonly plannedAsNow: readonly { producer: StackName; services: readonly string[] }[];
}

/** Puts together what the stacks, in the order of deployment, do to the services. */
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
      source: catalogue.includes(service) ? sourceOf(service, stacks) : undefined,
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
  // Without a phrase an image is not made anew: it goes, or nothing happens to it.
  const others = changes.filter((change) => !phrases.some(({ image }) => isOf(image)(change)));
  return (
    [
      ...phrases.map(({ image, phrase }) => `${image}: ${phrase}`),
      ...describeResources(others),
    ].join("; ") || "no change"
  );
}

function isOf(image: string): (change: ResourceChange) => boolean {
  return ({ stack, address }) => stack === "images" && address.includes(`.images_${image}_`);
}

/** The images that a service's task definition names by a digest that is about to change. */
function newImages(service: string, stacks: readonly PlannedStack[]): string[] {
  const task = `aws_ecs_task_definition.services_${service}_`;
  const outputs = stacks
    .flatMap((stack) => changingInputs(stack, stacks))
    .filter(({ producer, user }) => producer === "images" && user.startsWith(task))
    .map(({ output }) => /images_([a-z0-9-]+)_/.exec(output)?.[1] ?? output);
  return [...new Set(outputs)];
}

/** What a stack is planned with as it is now, although applying the stack before changes it. */
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
