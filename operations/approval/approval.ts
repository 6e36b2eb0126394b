import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Config } from "../../spec/config";
import { APPROVAL_HOURS } from "../../spec/limits";
import { Refusal } from "../terminal/refusal";
import { record } from "../terraform/terraform-events";
import { STACKS, type StackName } from "../terraform/terraform-stack";
import { stackFolder } from "../terraform/terraform-process";
import type { ApprovedChange } from "./approved-change";

const FILE = "approval.json";
const TEXT = "plan.txt";
const FORMAT = 1;

/** A stack as it was planned. */
export interface ApprovedStack {
  /** Digest of the synthesized stack. */
  readonly configuration: string;
  /** The state that it was planned from. @default it had none */
  readonly state?: StateVersion;
  readonly changes: readonly ApprovedChange[];
}

/** Terraform counts each write of a state. */
export interface StateVersion {
  readonly lineage: string;
  readonly serial: number;
}

/** A deployment that somebody approves, and that `deploy --plan` then makes as it was approved. */
export interface Approval {
  readonly format: typeof FORMAT;
  /** Name, suffix and region: `platform-prod in eu-west-1`. */
  readonly environment: string;
  /** ISO 8601. */
  readonly madeAt: string;
  /** Services that leave: they go from the platform first, and lose their repositories last. */
  readonly leaving: readonly string[];
  /** What `registry` destroys last: the repositories of those services. */
  readonly farewell: readonly string[];
  readonly stacks: Readonly<Record<StackName, ApprovedStack>>;
}

/** Writes the approval, and beside it the text that a person reads. */
export function writeApproval(
  folder: string,
  approval: Omit<Approval, "format">,
  text: string,
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, TEXT), `${text}\n`);
  const json = JSON.stringify({ format: FORMAT, ...approval }, undefined, 2);
  writeFileSync(path.join(folder, FILE), `${json}\n`);
}

/**
 * Reads what `plan --out` wrote.
 *
 * @throws Refusal if it is for another environment, too old, or not there
 */
export function readApproval(folder: string, config: Config, now: Date): Approval {
  const approval = readFile(folder);
  const again = `Plan it again: npx platform plan ${config.suffix} --out ${folder}`;
  const environment = environmentOf(config);
  if (approval.environment !== environment) {
    throw new Refusal(
      `${folder} is a plan for ${approval.environment}, not ${environment}.`,
      again,
    );
  }
  const hours = (now.getTime() - new Date(approval.madeAt).getTime()) / 3_600_000;
  if (!(hours >= 0 && hours <= APPROVAL_HOURS)) {
    throw new Refusal(
      `${folder} was planned at ${approval.madeAt}; a plan is valid for ${APPROVAL_HOURS} hours.`,
      again,
    );
  }
  return approval;
}

/**
 * A run in HCP Terraform makes its plan there and waits there for its own approval.
 *
 * @throws Refusal for states in HCP Terraform
 */
export function requireOwnRuns({ backend }: Config): void {
  if (backend.kind !== "cloud") return;
  throw new Refusal(
    "HCP Terraform plans and applies each run itself, so a plan of this machine cannot be approved for it.",
    "Turn off auto-apply in the workspace and approve its runs in HCP Terraform, or keep the states in S3.",
  );
}

function readFile(folder: string): Approval {
  const file = path.join(folder, FILE);
  const fix = "Make it with: npx platform plan ENVIRONMENT --out FOLDER";
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(`${file} cannot be read: ${reason}`, fix);
  }
  const { format, stacks } = record(json);
  if (format !== FORMAT || !STACKS.every((stack) => stack in record(stacks))) {
    throw new Refusal(`${file} is not a plan of this version of the platform.`, fix);
  }
  // Written by `writeApproval` in this format.
  return json as Approval;
}

export function environmentOf({ name, suffix, region }: Config): string {
  return `${name}-${suffix} in ${region}`;
}

/** Where the state is kept says nothing about what is deployed, and is checked by its lineage. */
export function configurationDigest(stack: StackName, synthFolder: string): string {
  const file = path.join(stackFolder(stack, synthFolder), "cdk.tf.json");
  const json = record(JSON.parse(readFileSync(file, "utf8")));
  const terraform = Object.entries(record(json["terraform"])).filter(
    ([part]) => part !== "backend",
  );
  const text = JSON.stringify({ ...json, terraform });
  return createHash("sha256").update(text).digest("hex");
}

/** The version of a state as `terraform state pull` gives it; `undefined` for none. */
export function stateVersion(state: unknown): StateVersion | undefined {
  const { lineage, serial } = record(state);
  if (typeof lineage !== "string" || typeof serial !== "number") return undefined;
  return { lineage, serial };
}
