import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { App } from "cdktf";
import { build } from "../main";
import { PROJECT_FOLDER, readConfig } from "../project";
import { PREVIEW } from "../spec/environment/preview-suffix";
import type { EnvironmentSettings, Environments } from "../spec/environment/settings";
import { filesOf } from "../spec/service/files";
import { kindOf } from "../spec/service/kinds";
import { sidecarsOf } from "../spec/service/sidecars";
import { type Services, specOf } from "../spec/service/spec";
import { imageNames } from "../spec/images";
import { AccountStack } from "../setup/aws/account";
import { readSettings } from "../setup/aws/settings";
import { folderSource } from "../spec/service/build";
import { BuildContext } from "../stacks/images/build-context";
import { NO_ADDITIONS } from "../stacks/platform/addition";
import { synthesizeApp } from "../stacks/options/app";
import { REFERENCE, REFERENCES, REFERENCE_DOMAIN, REFERENCE_SETUP } from "./reference";
import type { Deployed } from "./rule";
import type { Stack } from "./stack";

/** One environment as it would be deployed, to be judged. */
export interface Variant extends Deployed {
  /** `dev`, or `dev with a domain`. */
  readonly title: string;
  /** Whether its data is guarded, and its logs are written. */
  readonly isProtected: boolean;
  /** The names of its images: of the services, and the platform's own. */
  readonly images: readonly string[];
}

const STACKS = ["registry", "images", "platform"];

/** The local AWS's own registry, which makes an environment local. */
const LOCAL = { PLATFORM_REGISTRY: "http://127.0.0.1:4566" };

/** No rule looks into an image, so one small context stands for all. */
const CONTEXT = new BuildContext(
  folderSource(path.join(PROJECT_FOLDER, "stacks", "platform", "ready")),
);

/** Every environment as environments.ts sets it. */
export function asSet(
  catalogue: Services,
  environments: Environments,
  additions = NO_ADDITIONS,
): Variant[] {
  return Object.entries(environments).map(([name, settings]) =>
    variant(name, name, catalogue, environments, settings, additions),
  );
}

/**
 * Every environment once more: with a domain if it has none, and without if it has one. Previews and the
 * local AWS have none.
 */
export function withOtherDomain(
  catalogue: Services,
  environments: Environments,
  additions = NO_ADDITIONS,
): Variant[] {
  return Object.entries(environments)
    .filter(([name]) => ![PREVIEW, "local"].includes(name))
    .map(([name, { domain, plainHttp = true, ...others }]) => {
      const title = `${name} with${domain ? "out" : ""} a domain`;
      const plain = others.protected === true && { plainHttp };
      const settings = domain ? { ...others, ...plain } : { ...others, domain: REFERENCE_DOMAIN };
      return variant(title, name, catalogue, environments, settings, additions);
    });
}

/** The reference catalogue with the least and with the most, each with and without a domain. */
export function references(): Variant[] {
  const environments = { ...REFERENCES, preview: {}, local: {} };
  return [
    ...Object.entries(REFERENCES).map(([name, settings]) =>
      variant(name, name, REFERENCE, environments, settings),
    ),
    ...withOtherDomain(REFERENCE, environments),
  ];
}

/** The one-time setup of an account, whose stack no environment has. */
export function accountSetup(): Variant {
  const { settings, problems } = readSettings(REFERENCE_SETUP, {
    reference: {},
    preview: {},
    local: {},
  });
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const stacks = synthesized(["account"], (app) => new AccountStack(app, "account", settings));
  return {
    title: "the account",
    stacks,
    images: [],
    writers: [],
    scans: false,
    signs: false,
    hasDomain: true,
    isProtected: true,
  };
}

function variant(
  title: string,
  name: string,
  catalogue: Services,
  environments: Environments,
  settings: EnvironmentSettings,
  additions = NO_ADDITIONS,
): Variant {
  // The region of the shell, and of nothing else: a judgement must not depend on the machine.
  const env = {
    PLATFORM_SUFFIX: name === PREVIEW ? "pr-0" : name,
    AWS_REGION: "us-east-1",
    ...(name === "local" && LOCAL),
  };
  const { config, services, problems } = readConfig(
    env,
    { ...environments, [name]: settings },
    catalogue,
  );
  if (problems.length > 0) throw new Error([`${title}:`, ...problems].join("\n"));
  const stacks = synthesized(STACKS, (app) => {
    build(app, config, services, () => CONTEXT, additions);
  });
  const hasDomain = config.domain !== undefined;
  const writers = Object.entries(services)
    .flatMap(([service, spec]) => [
      { task: service, name: service, files: filesOf(spec) },
      ...sidecarsOf(service, spec).map(({ name, sidecar }) => {
        return { task: service, name, files: filesOf(sidecar) };
      }),
    ])
    .filter(({ task, files }) => !files.readOnlyRoot || (config.exec && isEntered(task, services)));
  const images = imageNames(services);
  const scans = config.scan !== undefined;
  const { sign: signs, protected: isProtected } = config;
  return { title, stacks, images, writers, scans, signs, hasDomain, isProtected };
}

/** Whether people may enter a task, in an environment with `exec`. */
function isEntered(service: string, services: Services): boolean {
  return kindOf(specOf(service, services)) !== "job";
}

function synthesized(names: readonly string[], declare: (app: App) => void): Stack[] {
  const folder = mkdtempSync(path.join(tmpdir(), "policy-"));
  try {
    synthesizeApp(declare, folder);
    return names.map((name) => ({ name, json: readStack(folder, name) }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readStack(folder: string, stack: string): unknown {
  return JSON.parse(readFileSync(path.join(folder, "stacks", stack, "cdk.tf.json"), "utf8"));
}
