import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PROJECT_FOLDER } from "../../project";
import { VERSIONS } from "../../spec/versions";
import { BRIDGE_FILES, BRIDGE_FOLDER } from "./bridge";
import { cdktnVersion, oldestNode, stayingBindings, switchManifest } from "./manifest";
import { isServed } from "./npm-registry";
import { DOCKER_BINDINGS, NODE, SUCCESSORS, type Successors } from "./packages";
import { remainingLines, switchText } from "./text";
import { committedFiles } from "./working-tree";

/** This program and its tests mention both names on purpose; npm writes the lock file. */
const LEFT_ALONE =
  /^(tools\/cdktn\/|__tests__\/(unit\/tools\/cdktn|local\/upgrades)\/|package(-lock)?\.json$)/;

/**
 * Switches the project from the archived cdktf to its successor cdktn. Only writes files in the working
 * tree; installs nothing and touches no state. A second run changes nothing.
 *
 * @see https://cdktn.io/docs/release/upgrade-guide-v0-22
 */
export async function switchProject(): Promise<void> {
  const manifest = read("package.json");
  const version = cdktnVersion(manifest);
  if (version !== undefined) {
    console.log(`This project already uses cdktn ${version}. Nothing was changed.`);
    return;
  }
  const files = (await committedFiles(PROJECT_FOLDER)).filter((file) => !LEFT_ALONE.test(file));
  const successors: Successors = (await isServed(DOCKER_BINDINGS.successor))
    ? { ...SUCCESSORS, [DOCKER_BINDINGS.of]: DOCKER_BINDINGS.successor }
    : SUCCESSORS;
  const staying = stayingBindings(manifest, successors);

  const { changed, remaining } = switchFiles(files, successors, oldestNode(manifest), staying);
  if (staying.length > 0) writeBridge();
  // Written last, because it marks the project as switched.
  write("package.json", switchManifest(manifest, successors));
  report(changed, remaining, successors, staying);
}

function switchFiles(
  files: readonly string[],
  successors: Successors,
  node: string,
  staying: readonly string[],
): { changed: string[]; remaining: string[] } {
  const changed: string[] = [];
  const remaining: string[] = [];
  for (const file of files) {
    const text = read(file);
    const switched =
      file === ".nvmrc"
        ? `${parseInt(NODE)}\n`
        : switchText(text, successors).replaceAll(`Node.js ${node}`, `Node.js ${NODE}`);
    if (switched !== text) {
      write(file, switched);
      changed.push(file);
    }
    remaining.push(...remainingLines(file, switched, staying));
  }
  return { changed, remaining };
}

function writeBridge(): void {
  mkdirSync(path.join(PROJECT_FOLDER, BRIDGE_FOLDER), { recursive: true });
  for (const [file, text] of Object.entries(BRIDGE_FILES)) {
    write(path.join(BRIDGE_FOLDER, file), text);
  }
}

function report(
  changed: readonly string[],
  remaining: readonly string[],
  successors: Successors,
  staying: readonly string[],
): void {
  const bridge = `
The npm registry has no successor for ${staying.join(" and ")}: their cdktf dependency
is now ${BRIDGE_FOLDER}/, which re-exports cdktn. Remove it once successors exist.
`;
  console.log(`Changed package.json and ${changed.length} files (git diff):
${Object.entries(successors)
  .map(([before, after]) => `  ${before} → ${after.name} ${after.version}`)
  .join("\n")}
${staying.length > 0 ? bridge : ""}
cdktf.json, cdktf.out and CDKTF_* keep their names in cdktn, as does everything in a state.
The AWS provider stays at ${VERSIONS.aws}, the Docker provider at ${VERSIONS.docker}.
${remaining.length > 0 ? `\ncdktf is still mentioned here; please check:\n  ${remaining.join("\n  ")}\n` : ""}
Next:
  npm install && npm test
  npx platform plan              # must show no change in each environment
  git add -A && git commit

cdktn's command line needs Node.js ${NODE} or newer, its bindings 22.11; this is ${process.versions.node}.
On Node.js 20, everything but \`npx cdktn\` works, and npm prints a warning. To undo: git restore . && git clean -fd ${BRIDGE_FOLDER}`);
}

function read(file: string): string {
  return readFileSync(path.join(PROJECT_FOLDER, file), "utf8");
}

function write(file: string, text: string): void {
  writeFileSync(path.join(PROJECT_FOLDER, file), text);
}
