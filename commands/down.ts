import type { Command } from "commander";
import { rmSync } from "node:fs";
import path from "node:path";
import { PROJECT_FOLDER, environment } from "../project";
import { services as catalogue } from "../services";
import { protectedResources } from "../operations/deployment/protection";
import { destroyStack } from "../operations/deployment/destroy-stack";
import { stopOnInterrupt } from "../operations/terminal/interruption";
import { isLocalAwsUp, leftovers, probedSuffixes, stopLocalAws } from "../local/aws/local-aws";
import { removeRegistryImages } from "../local/aws/registry-images";
import { describeCachedImages } from "../local/machine/cached-images";
import { localTarget } from "../local/target";
import { Machine } from "../local/prepared-machine";
import { type Phase, runPhases } from "../operations/terminal/phases";
import { removeProbes } from "../operations/images/probes";
import { describeDatabases, removeStrayScanners } from "../operations/scan/scanner-run";
import { Refusal } from "../operations/terminal/refusal";
import { Failure } from "../operations/terminal/run";
import { claimLocalAws } from "../local/aws/owner";
import { forgetRootKey } from "../local/aws/root-key";
import { type LocalSettings, readFileStateSettings } from "../local/aws/settings";
import { type EnvironmentName, deployedEnvironments, stateFolder } from "../local/aws/state-files";
import { STACKS, StackFailure, type StackName } from "../operations/terraform/terraform-stack";

/** Errors so far. The local AWS is removed with its contents all the same. */
const failures: string[] = [];

/** Images that stay because a container uses them. */
const usedImages: string[] = [];

export function down(command: Command): void {
  command
    .description(
      "Destroys the stacks of every environment on the local AWS, then the local AWS itself with its " +
        "containers, volumes, network, the images in its registry and the states in its S3. Base " +
        "images and the local AWS's own image stay for the next up.",
    )
    .addHelpText("after", "\nExit codes: 0 nothing is left, 1 something is and is listed.")
    .action(removeAll);
}

async function removeAll(): Promise<void> {
  const settings = readFileStateSettings();
  const signal = stopOnInterrupt();
  const machine = new Machine(settings, catalogue);
  const { suffix } = settings.config;
  const states = path.join(PROJECT_FOLDER, stateFolder(settings.port));
  const deployed = deployedEnvironments(states);
  const suffixes = new Set([suffix, ...deployed.map((name) => name.PLATFORM_SUFFIX)]);
  await runPhases(
    [
      ...machine.toolPhases(),
      {
        title: "Ownership of the local AWS",
        run: async (report) => {
          await claimLocalAws(machine.docker, settings.port, report);
          return undefined;
        },
      },
      ...deployed.flatMap((name) => destroyPhases(name, machine, signal)),
      removeLocalAws(machine, settings, { suffixes, states }),
    ],
    signal,
  );

  const left = await leftovers(machine.docker, settings.port, [...suffixes]);
  if (left.length > 0) throw new Failure(["These are left:", ...left.map((line) => `  ${line}`)]);
  if (failures.length > 0)
    throw new Failure(["Nothing is left, but there were errors:", ...failures]);
  for (const image of usedImages) console.log(`Kept: ${image}.`);
  console.log(usedImages.length === 0 ? "Nothing is left." : "Nothing else is left.");
  const cached = await describeCachedImages(machine.docker, machine.baseImages);
  for (const line of [...cached, ...(await describeDatabases(machine.docker))]) console.log(line);
}

/** Destroys the stacks of one environment in an order that keeps a repository until it is unused. */
function destroyPhases(name: EnvironmentName, machine: Machine, signal: AbortSignal): Phase[] {
  const settings = readFileStateSettings({ ...environment, ...name });
  const destroy = (stack: StackName): Phase => ({
    title: `Stack ${stack} of ${name.PLATFORM_SUFFIX}`,
    run: async (report) => {
      if (!(await isLocalAwsUp(settings.port))) return "gone with the local AWS";
      try {
        const target = localTarget(machine, settings, signal);
        const kept = await protectedResources(target.config, target.clients);
        // What AWS does not delete goes with the local AWS, as with an account that is closed.
        if (kept.length > 0) return "protected; its contents are removed with the local AWS";
        return await destroyStack(stack, target, report);
      } catch (error) {
        failures.push(...wordsOf(error));
        return "failed; its contents are removed with the local AWS";
      }
    },
  });
  return [...STACKS].reverse().map(destroy);
}

/** What a local AWS has beside its containers: environments with probes, and their states. */
interface Deployed {
  readonly suffixes: Set<string>;
  readonly states: string;
}

function removeLocalAws(
  machine: Machine,
  { port }: LocalSettings,
  { suffixes, states }: Deployed,
): Phase {
  return {
    title: "Local AWS",
    run: async (report) => {
      const { docker } = machine;
      await stopLocalAws(docker, report, port);
      // Probes are recognized by their images, so they go first.
      for (const each of await probedSuffixes(docker, port)) suffixes.add(each);
      await removeProbes(docker, [...suffixes]);
      await removeStrayScanners(docker, Date.now());
      report("removing the images in its registry");
      const { count, kept } = await removeRegistryImages(docker, port);
      usedImages.push(...kept);
      forgetRootKey(port);
      // The states describe resources that are gone with the local AWS.
      rmSync(states, { recursive: true, force: true });
      return count === 1 ? "removed, with 1 image" : `removed, with ${count} images`;
    },
  };
}

function wordsOf(error: unknown): readonly string[] {
  if (error instanceof StackFailure) return [error.message, ...error.errors];
  if (error instanceof Refusal || error instanceof Failure) return [error.message];
  throw error;
}
