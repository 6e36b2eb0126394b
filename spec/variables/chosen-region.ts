import { readFileSync } from "node:fs";
import path from "node:path";
import { PLATFORM_VARIABLES } from "./platform-variables";

/** A region and its source, for messages. */
export interface ChosenRegion {
  readonly region: string;
  readonly source: string;
}

/** The region if none is configured; the AWS CLI has no such default. */
const DEFAULT: ChosenRegion = {
  region: PLATFORM_VARIABLES.region.fallback,
  source: "the default region",
};

/** In the AWS CLI's order; the SDK for JavaScript reads only the first, Terraform both. */
const VARIABLES = ["AWS_REGION", "AWS_DEFAULT_REGION"] as const;

/**
 * The region that the shell is set to, as the AWS CLI finds it: `AWS_REGION`, `AWS_DEFAULT_REGION`, then
 * the region of the profile (`AWS_PROFILE`, or `default`) in `~/.aws/credentials` and `~/.aws/config`.
 * Every AWS client receives this region explicitly, so none looks it up itself.
 *
 * @see https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
 */
export function regionOfShell(env: Readonly<NodeJS.ProcessEnv>): ChosenRegion {
  for (const source of VARIABLES) {
    const region = env[source];
    if (region) return { region, source };
  }
  return regionOfProfile(env) ?? DEFAULT;
}

function regionOfProfile(env: Readonly<NodeJS.ProcessEnv>): ChosenRegion | undefined {
  const profile = env["AWS_PROFILE"] || env["AWS_DEFAULT_PROFILE"] || "default";
  const home = env["HOME"] || env["USERPROFILE"];
  const fileOf = (variable: string, name: string): string | undefined =>
    env[variable] || (home && path.join(home, ".aws", name));
  // AWS's own tools prefer the credentials file.
  const files = [
    { file: fileOf("AWS_SHARED_CREDENTIALS_FILE", "credentials"), section: profile },
    {
      file: fileOf("AWS_CONFIG_FILE", "config"),
      section: profile === "default" ? profile : `profile ${profile}`,
    },
  ];
  for (const { file, section } of files) {
    const region = file === undefined ? undefined : regionIn(textOf(file), section);
    if (region !== undefined) return { region, source: `region of [${section}] in ${file}` };
  }
  return undefined;
}

/** A missing or unreadable file has no region; the credentials check reports the reason. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/**
 * The region in one section. No library fits: the SDK reads these files only asynchronously, and INI
 * parsers treat dots in a profile's name as nesting.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
function regionIn(text: string, section: string): string | undefined {
  let current: string | undefined;
  let region: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const name = /^\[\s*(.+?)\s*\]/.exec(line)?.[1];
    if (name !== undefined) current = name.replace(/["']/g, "").replace(/\s+/g, " ");
    // An indented line is part of a nested setting.
    const value = /^region\s*=\s*([^\s;#]+)/.exec(line)?.[1];
    if (current === section && value !== undefined) region = value;
  }
  return region;
}
