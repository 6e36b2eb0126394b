import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { PROJECT_FOLDER } from "../../project";
import { VERSIONS } from "../../spec/versions";
import renovate from "../../renovate.json";

const read = (file: string) => readFileSync(path.join(PROJECT_FOLDER, file), "utf8");
const files = execFileSync("git", ["ls-files"], { cwd: PROJECT_FOLDER, encoding: "utf8" })
  .split("\n")
  .filter(Boolean);

/** `/^spec\\/versions/` as Renovate reads a pattern between slashes. */
const matching = (patterns: readonly string[]) =>
  files.filter((file) => patterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(file)));

describe("Renovate updates", () => {
  test.each(renovate.customManagers)(
    "$depNameTemplate by an expression that finds it once",
    ({ managerFilePatterns, matchStrings, depNameTemplate }) => {
      const texts = matching(managerFilePatterns).map(read);
      const found = matchStrings.flatMap((expression) =>
        texts.flatMap((text) => [...text.matchAll(new RegExp(expression, "g"))]),
      );
      expect(found).toHaveLength(1);
      const pinned = { "hashicorp/aws": VERSIONS.aws, "kreuzwerker/docker": VERSIONS.docker };
      const known = new Map(Object.entries(pinned)).get(depNameTemplate);
      if (known !== undefined) expect(found[0]?.groups?.["currentValue"]).toBe(known);
    },
  );

  test("every compiled list of Python packages, whose command it can read", () => {
    const lists = matching(renovate["pip-compile"].managerFilePatterns).filter(
      (file) => file !== "local/emulator/requirements-dev.txt",
    );
    expect(lists).toHaveLength(5);
    for (const file of lists) {
      const command = /^# {4}(uv pip compile .*)$/m.exec(read(file))?.[1] ?? "";
      // It refuses options that it does not know, and values after a space.
      expect(command).toMatch(
        /^uv pip compile( --universal| --generate-hashes| --(python-version|constraint|group|output-file)=\S+| [\w.]+)+$/,
      );
      expect(command).toContain(`--output-file=${path.basename(file)}`);
    }
  });

  test("every module of the collector in one request, which leaves no other file as it was", () => {
    const rule = renovate.packageRules.find(
      ({ groupName }) => groupName === "OpenTelemetry collector",
    );
    expect(rule?.postUpdateOptions).toEqual(["gomodTidy"]);
    const prefixes = (rule?.matchPackageNames ?? []).map((name) => name.replace(/\*\*$/, ""));
    const [direct = ""] = read("sidecars/otel-collector/go.mod").split("\n)\n");
    const modules = [...direct.matchAll(/^\t(\S+) v/gm)].map(([, name = ""]) => name);
    const others = modules.filter((name) => !prefixes.some((prefix) => name.startsWith(prefix)));
    expect(modules.length).toBeGreaterThan(10);
    expect(others).toEqual(["go.uber.org/zap"]);
  });

  test("every other kind of file that names a version", () => {
    const managers = new Set(renovate.enabledManagers);
    const kinds: Readonly<Record<string, RegExp>> = {
      npm: /(^|\/)package\.json$/,
      nvm: /^\.nvmrc$/,
      dockerfile: /(^|\/)Dockerfile$/,
      "github-actions": /^\.github\/workflows\/.*\.yml$/,
      gomod: /(^|\/)go\.mod$/,
      "pip-compile": /(^|\/)requirements\.txt$/,
    };
    for (const [manager, pattern] of Object.entries(kinds)) {
      expect(files.some((file) => pattern.test(file))).toBe(true);
      expect([...managers]).toContain(manager);
    }
  });
});
