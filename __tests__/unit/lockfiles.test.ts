import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

interface LockedPackage {
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

type Lock = Record<string, LockedPackage>;

function lockOf(folder: string): Lock {
  const lock = JSON.parse(readFileSync(path.join(folder, "package-lock.json"), "utf8")) as {
    packages: Lock;
  };
  return lock.packages;
}

/** Whether Node.js, from the folder of `dependent`, finds `dependency` in a `node_modules` above it. */
function isLocked(lock: Lock, dependent: string, dependency: string): boolean {
  if (`${dependent}/node_modules/${dependency}`.replace(/^\//, "") in lock) return true;
  if (dependent === "") return false;
  const above = dependent.lastIndexOf("node_modules/");
  return isLocked(lock, dependent.slice(0, above).replace(/\/$/, ""), dependency);
}

const folders = [
  ".",
  path.join("tools", "bench", "cdk"),
  ...readdirSync("services")
    .map((service) => path.join("services", service))
    .filter((folder) => existsSync(path.join(folder, "package-lock.json"))),
];

test.each(folders)("npm ci installs %s: its lockfile has all that a package needs", (folder) => {
  const lock = lockOf(folder);
  const missing = Object.entries(lock).flatMap(([name, locked]) =>
    Object.keys({ ...locked.dependencies, ...locked.optionalDependencies })
      .filter((dependency) => !isLocked(lock, name, dependency))
      .map((dependency) => `${dependency}, which ${name} needs`),
  );
  expect(missing).toEqual([]);
});
