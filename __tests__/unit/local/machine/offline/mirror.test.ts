import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  configuredMirrors,
  findMirror,
  usableMirror,
} from "../../../../../local/machine/offline/mirror";

const AWS = { source: "hashicorp/aws", version: "5.100.0" };
const PLATFORM = "linux_amd64";
const BELOW = "registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "mirror-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A mirror with the unpacked provider, as `terraform init` requires it. */
function makeMirror(name: string, { below = BELOW, mode = 0o755 } = {}): string {
  const mirror = path.join(folder, name);
  mkdirSync(path.join(mirror, below), { recursive: true });
  writeFileSync(path.join(mirror, below, "terraform-provider-aws_v5.100.0_x5"), "", { mode });
  return mirror;
}

describe("a provider mirror", () => {
  test("is found in a folder below a root, regardless of its name", () => {
    const mirror = makeMirror("root/anything");
    const places = { home: folder, roots: [path.join(folder, "root")] };
    expect(findMirror(AWS, PLATFORM, places)).toBe(mirror);
  });

  test("named by the project's setting comes first", () => {
    makeMirror("root/anything");
    const mirror = makeMirror("named");
    const places = { home: folder, roots: [path.join(folder, "root")], providerMirror: mirror };
    expect(findMirror(AWS, PLATFORM, places)).toBe(mirror);
  });

  test("is found in the user's CLI configuration and plugin cache", () => {
    const mirror = makeMirror("configured");
    const userConfig = path.join(folder, "terraform.rc");
    const text = `provider_installation {\n filesystem_mirror {\n  path = "${mirror}"\n }\n}\n`;
    writeFileSync(userConfig, text);
    expect(findMirror(AWS, PLATFORM, { home: folder, roots: [], userConfig })).toBe(mirror);
    const cache = makeMirror(".terraform.d/plugin-cache");
    expect(findMirror(AWS, PLATFORM, { home: folder, roots: [] })).toBe(cache);
  });

  test("with another version, another platform or a file that is not executable is skipped", () => {
    makeMirror("root/version", { below: BELOW.replace("5.100.0", "6.0.0") });
    makeMirror("root/platform", { below: BELOW.replace("amd64", "arm64") });
    makeMirror("root/plain", { mode: 0o644 });
    const places = { home: folder, roots: [path.join(folder, "root"), "/does/not/exist"] };
    expect(findMirror(AWS, PLATFORM, places)).toBeUndefined();
  });

  test("of packed archives is usable", () => {
    const home = path.join(folder, "registry.terraform.io/hashicorp/aws");
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, "terraform-provider-aws_5.100.0_linux_amd64.zip"), "");
    expect(usableMirror(folder, AWS, PLATFORM)).toBe(folder);
  });

  test("behind a symbolic link is resolved to its real path", () => {
    const mirror = makeMirror("real");
    const linked = path.join(folder, "linked", path.dirname(BELOW));
    mkdirSync(linked, { recursive: true });
    symlinkSync(path.join(mirror, BELOW), path.join(linked, PLATFORM));
    expect(usableMirror(path.join(folder, "linked"), AWS, PLATFORM)).toBe(mirror);
  });

  test("whose link does not lead to a mirror is not usable", () => {
    const loose = path.join(folder, "loose");
    mkdirSync(loose);
    writeFileSync(path.join(loose, "terraform-provider-aws"), "", { mode: 0o755 });
    const linked = path.join(folder, "linked", path.dirname(BELOW));
    mkdirSync(linked, { recursive: true });
    symlinkSync(loose, path.join(linked, PLATFORM));
    expect(usableMirror(path.join(folder, "linked"), AWS, PLATFORM)).toBeUndefined();
  });
});

test("a CLI configuration's mirrors and cache are read with the home folder expanded", () => {
  const text = `
    plugin_cache_dir = "$HOME/cache"
    provider_installation {
      filesystem_mirror {
        include = ["registry.terraform.io/*/*"]
        path    = "~/mirror"
      }
      network_mirror { url = "https://example.com/" }
      filesystem_mirror { path = "/srv/other" }
    }`;
  expect(configuredMirrors(text, "/home/me")).toEqual([
    "/home/me/mirror",
    "/srv/other",
    "/home/me/cache",
  ]);
});
