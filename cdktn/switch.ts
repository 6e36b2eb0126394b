import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { run } from "../deployment/run";
import { PROJECT_FOLDER } from "../stacks/config";
import { VERSIONS } from "../stacks/providers";
import { BRIDGE_FILES, BRIDGE_FOLDER } from "./bridge";
import { cdktnVersion, oldestNode, switchManifest } from "./manifest";
import { isServed } from "./npm-registry";
import { DOCKER_BINDINGS, NODE, SUCCESSORS, type Successors } from "./packages";
import { remainingLines, switchText } from "./text";
import { committedFiles } from "./working-tree";

/** Speak of both on purpose: this program and its tests; the lock file is npm's to write. */
const LEFT_ALONE = /^(cdktn\/|__tests__\/(cdktn|upgrades)\/|package(-lock)?\.json$)/;

/**
 * `npm run switch-to-cdktn`: turns the project from the archived cdktf to its successor cdktn. Writes
 * files of the working tree only; installs nothing and touches no state. Run again, it changes nothing.
 *
 * @see https://cdktn.io/docs/release/upgrade-guide-v0-22
 */
async function switchToCdktn(): Promise<void> {
  const manifest = read("package.json");
  const version = cdktnVersion(manifest);
  if (version !== undefined) {
    console.log(`This project is on cdktn ${version} already. Nothing was changed.`);
    return;
  }
  const files = (await committedFiles(PROJECT_FOLDER)).filter((file) => !LEFT_ALONE.test(file));
  const bridged = !(await isServed(DOCKER_BINDINGS.successor));
  const successors: Successors = bridged
    ? SUCCESSORS
    : { ...SUCCESSORS, [DOCKER_BINDINGS.of]: DOCKER_BINDINGS.successor };

  const { changed, remaining } = switchFiles(files, successors, oldestNode(manifest), bridged);
  if (bridged) writeBridge();
  // Last, because it is what tells a project that is switched from one that is not.
  write("package.json", switchManifest(manifest, successors));
  report(changed, remaining, successors, bridged);
}

function switchFiles(
  files: readonly string[],
  successors: Successors,
  node: string,
  bridged: boolean,
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
    remaining.push(...remainingLines(file, switched, bridged ? [DOCKER_BINDINGS.of] : []));
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
  bridged: boolean,
): void {
  const { name, version } = DOCKER_BINDINGS.successor;
  const bridge = `
${DOCKER_BINDINGS.of} stays: the npm registry has no ${name} ${version}. What it knows as
cdktf is now ${BRIDGE_FOLDER}/, which is cdktn. It can go with the old name once the registry has the new.
`;
  console.log(`Changed package.json and ${changed.length} files (git diff):
${Object.entries(successors)
  .map(([before, after]) => `  ${before} → ${after.name} ${after.version}`)
  .join("\n")}
${bridged ? bridge : ""}
cdktf.json, cdktf.out and CDKTF_* keep their names in cdktn, and so does all that is in a state.
The AWS provider stays at ${VERSIONS.aws}, the Docker provider at ${VERSIONS.docker}.
${remaining.length > 0 ? `\nStill in words, for you to read:\n  ${remaining.join("\n  ")}\n` : ""}
Next:
  npm install && npm test
  npm run plan              # no change, in each environment
  git add -A && git commit

cdktn's command line needs Node.js ${NODE} or newer, its bindings ask for 22.11; this is ${process.versions.node}.
On Node.js 20 all but \`npx cdktn\` runs, and npm warns. To undo: git restore . && git clean -fd ${BRIDGE_FOLDER}`);
}

function read(file: string): string {
  return readFileSync(path.join(PROJECT_FOLDER, file), "utf8");
}

function write(file: string, text: string): void {
  writeFileSync(path.join(PROJECT_FOLDER, file), text);
}

run(switchToCdktn);
