import path from "node:path";
import { BACKEND_VARIABLES, type BackendVariable } from "./backend-variables";

/** The place where Terraform keeps an environment's states. */
export type Backend = LocalState | S3State | CloudState;

/** Files on this machine. */
export interface LocalState {
  readonly kind: "local";
  readonly folder: string;
}

/** Objects in a bucket, each with a lock file beside it during a deployment. */
export interface S3State {
  readonly kind: "s3";
  readonly bucket: string;
  /** The bucket's region, which can differ from the environment's. */
  readonly region: string;
  /** ARN of the KMS key that encrypts the states. @default a key that S3 manages (SSE-S3) */
  readonly kmsKey: string | undefined;
  /** For an S3 without a host name per bucket, such as one at `AWS_ENDPOINT_URL`. */
  readonly pathStyle: boolean;
}

/** Workspaces of HCP Terraform, or of a self-hosted Terraform Enterprise. */
export interface CloudState {
  readonly kind: "cloud";
  readonly organization: string;
  /** The workspaces' project. @default the organization's default project */
  readonly project: string | undefined;
  readonly hostname: string;
  /** ARN of the AWS role that runs in HCP Terraform assume; `npx platform hcp` configures it. */
  readonly runRole: string | undefined;
}

/**
 * Reads the backend from its variables; an empty one counts as not set. Returns all problems together,
 * each with the given value, the allowed values and the fix.
 *
 * @param region the environment's region, also the bucket's unless a variable sets it
 */
export function readBackend(
  env: Readonly<NodeJS.ProcessEnv>,
  { region, projectFolder }: { region: string; projectFolder: string },
): { backend: Backend; problems: string[] } {
  const given = (variable: BackendVariable): string | undefined => env[variable] || undefined;
  const chosen = env["PLATFORM_BACKEND"] || "local";
  const problems = [...workspaceProblems(env), ...settingProblems(given, chosen)];
  const required = (variable: BackendVariable): string => {
    if (!given(variable)) {
      const { allowed } = BACKEND_VARIABLES[variable];
      problems.push(
        `${variable} is not set; with PLATFORM_BACKEND=${chosen} it must be ${allowed}`,
      );
    }
    return given(variable) ?? "";
  };
  const read = (): Backend => {
    switch (chosen) {
      case "s3": {
        const bucket = required("PLATFORM_STATE_BUCKET");
        const place = given("PLATFORM_STATE_REGION") ?? region;
        const kmsKey = given("PLATFORM_STATE_KMS_KEY");
        problems.push(...keyProblems(kmsKey, place));
        const pathStyle = Boolean(env["AWS_ENDPOINT_URL_S3"] || env["AWS_ENDPOINT_URL"]);
        return { kind: "s3", bucket, region: place, kmsKey, pathStyle };
      }
      case "cloud":
        return {
          kind: "cloud",
          organization: required("PLATFORM_HCP_ORGANIZATION"),
          project: given("PLATFORM_HCP_PROJECT"),
          hostname: given("PLATFORM_HCP_HOSTNAME") ?? "app.terraform.io",
          runRole: given("PLATFORM_HCP_RUN_ROLE"),
        };
      default: {
        const folder = given("PLATFORM_STATE_FOLDER") ?? path.join(".platform", "state");
        return { kind: "local", folder: path.resolve(projectFolder, folder) };
      }
    }
  };
  return { backend: read(), problems };
}

/** Problems with invalid values, and with settings that the chosen backend would ignore. */
function settingProblems(
  given: (variable: BackendVariable) => string | undefined,
  chosen: string,
): string[] {
  const known = ["local", "s3", "cloud"].includes(chosen);
  const problems = known
    ? []
    : [`PLATFORM_BACKEND is "${chosen}"; it must be local, s3 or cloud (HCP Terraform)`];
  // The keys of `BACKEND_VARIABLES`.
  for (const variable of Object.keys(BACKEND_VARIABLES) as BackendVariable[]) {
    const value = given(variable);
    if (value === undefined) continue;
    const { kind, allowed, test } = BACKEND_VARIABLES[variable];
    if (!test(value)) problems.push(`${variable} is "${value}"; it must be ${allowed}`);
    if (known && kind !== chosen) {
      problems.push(
        `${variable} is "${value}", but PLATFORM_BACKEND=${chosen} does not use it; unset ${variable}, or set PLATFORM_BACKEND=${kind}`,
      );
    }
  }
  return problems;
}

/** S3 requires a key in the bucket's region, but reports this only when a state is written. */
function keyProblems(kmsKey: string | undefined, region: string): string[] {
  const place = kmsKey?.split(":")[3];
  if (place === undefined || place === region) return [];
  return [
    `PLATFORM_STATE_KMS_KEY is in ${place}, but the bucket is in ${region}; use a key in ${region}, or set PLATFORM_STATE_REGION=${place} if the bucket is there`,
  ];
}

/** cdktf reads a stack's values from the workspace that the stack's name defines. */
function workspaceProblems(env: Readonly<NodeJS.ProcessEnv>): string[] {
  const workspace = env["TF_WORKSPACE"] || "default";
  if (workspace === "default") return [];
  return [
    `TF_WORKSPACE is "${workspace}", which would store all three states elsewhere; unset it and choose the environment with PLATFORM_SUFFIX`,
  ];
}
