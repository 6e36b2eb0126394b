import { lstatSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import path from "node:path";

/** A provider in its pinned version. */
export interface Provider {
  /** As in `required_providers`: `hashicorp/aws`. */
  readonly source: string;
  readonly version: string;
}

/** Where a Terraform provider may already exist on a machine. */
export interface MirrorPlaces {
  /** The project's setting, which is searched first. */
  readonly providerMirror?: string | undefined;
  /** The user's Terraform CLI configuration, for its mirrors and its cache. @default ~/.terraformrc */
  readonly userConfig?: string | undefined;
  readonly home: string;
  /** Folders whose subfolders may be mirrors, placed by an administrator or an image. */
  readonly roots?: readonly string[];
}

const ROOTS = ["/opt", "/usr/share", "/usr/local/share", "/srv"];

/** Folders that Terraform itself uses as mirrors, on Linux and macOS. */
const IMPLIED = ["/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins"];
const IMPLIED_AT_HOME = [
  ".terraform.d/plugins",
  ".local/share/terraform/plugins",
  "Library/Application Support/io.terraform/plugins",
  ".terraform.d/plugin-cache",
];

/** A provider's path within a mirror folder: `registry.terraform.io/hashicorp/aws`. */
export function address(provider: Provider): string {
  return `registry.terraform.io/${provider.source}`;
}

/**
 * The first folder that Terraform can use as a `filesystem_mirror` for this provider, version and
 * platform (`linux_amd64`). Unreadable folders are skipped.
 */
export function findMirror(
  provider: Provider,
  platform: string,
  places: MirrorPlaces,
): string | undefined {
  const { providerMirror, userConfig, home, roots = ROOTS } = places;
  const named = [
    ...(providerMirror === undefined ? [] : [path.resolve(providerMirror)]),
    ...configuredMirrors(textOf(userConfig ?? path.join(home, ".terraformrc")), home),
    ...IMPLIED_AT_HOME.map((folder) => path.join(home, folder)),
    ...IMPLIED,
  ];
  const searched = roots.flatMap((root) => [root, ...foldersIn(root)]);
  for (const folder of [...named, ...searched]) {
    const mirror = usableMirror(folder, provider, platform);
    if (mirror !== undefined) return mirror;
  }
  return undefined;
}

/**
 * The mirror path to give Terraform so that it finds the provider in this folder: the folder itself
 * or its real path, because Terraform does not follow symbolic links inside a mirror.
 */
export function usableMirror(
  folder: string,
  provider: Provider,
  platform: string,
): string | undefined {
  const unpacked = path.join(address(provider), provider.version, platform);
  const name = provider.source.split("/").at(-1) ?? "";
  const packed = path.join(
    address(provider),
    `terraform-provider-${name}_${provider.version}_${platform}.zip`,
  );
  return (
    mirrorOf(folder, unpacked, (found) => holdsProgram(found, `terraform-provider-${name}`)) ??
    mirrorOf(folder, packed, (found) => lstatSync(found).isFile())
  );
}

function mirrorOf(
  folder: string,
  below: string,
  valid: (found: string) => boolean,
): string | undefined {
  try {
    const found = realpathSync(path.join(folder, below));
    const suffix = path.sep + below;
    return found.endsWith(suffix) && valid(found) ? found.slice(0, -suffix.length) : undefined;
  } catch {
    return undefined;
  }
}

function holdsProgram(folder: string, prefix: string): boolean {
  return readdirSync(folder).some((name) => {
    const state = lstatSync(path.join(folder, name));
    return name.startsWith(prefix) && state.isFile() && (state.mode & 0o111) !== 0;
  });
}

/** The paths of `filesystem_mirror` blocks and of the plugin cache in a CLI configuration. */
export function configuredMirrors(text: string, home: string): string[] {
  const paths = [
    ...text.matchAll(/filesystem_mirror\s*\{[^}]*?\bpath\s*=\s*"([^"]+)"/g),
    ...text.matchAll(/^\s*plugin_cache_dir\s*=\s*"([^"]+)"/gm),
  ];
  return paths.map((match) => (match[1] ?? "").replace(/^(~|\$HOME)(?=\/)/, home));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function foldersIn(root: string): string[] {
  try {
    return readdirSync(root).map((name) => path.join(root, name));
  } catch {
    return [];
  }
}
