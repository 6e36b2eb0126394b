import { BRIDGE_FOLDER } from "./bridge";
import { CONSTRUCTS, NODE, type Successors } from "./packages";
import { switchText } from "./text";

type Section = Record<string, string>;

/** The parts of `package.json` that name packages, versions or commands. */
interface Manifest {
  engines: { node: string };
  scripts: Section;
  dependencies: Section;
  devDependencies: Section;
  allowScripts?: Record<string, boolean>;
}

/** The version of cdktn that a `package.json` requires; `undefined` while it still uses cdktf. */
export function cdktnVersion(text: string): string | undefined {
  return parse(text).dependencies["cdktn"];
}

/** The oldest Node.js that a `package.json` allows, such as `20.19`. */
export function oldestNode(text: string): string {
  return parse(text).engines.node.replace(/^\D+/, "");
}

/** The bindings in a `package.json` that have no successor: they stay, on the bridge. */
export function stayingBindings(text: string, successors: Successors): string[] {
  const { dependencies, devDependencies } = parse(text);
  return Object.keys({ ...dependencies, ...devDependencies }).filter(
    (name) => name.startsWith("@cdktf/provider-") && !successors[name],
  );
}

/**
 * `package.json` with the successors in exact versions. For bindings without a successor, their
 * `cdktf` dependency becomes the bridge.
 */
export function switchManifest(text: string, successors: Successors): string {
  const manifest = parse(text);
  const dependencies = { ...renamed(manifest.dependencies, successors), constructs: CONSTRUCTS };
  const bridged = stayingBindings(text, successors).length > 0;
  const switched: Manifest = {
    ...manifest,
    engines: { ...manifest.engines, node: `>=${NODE}` },
    scripts: mapValues(manifest.scripts, (command) => switchText(command, successors)),
    dependencies: sorted({ ...dependencies, ...(bridged && { cdktf: `file:${BRIDGE_FOLDER}` }) }),
    devDependencies: sorted(renamed(manifest.devDependencies, successors)),
    // The cdktf packages with install scripts are gone along with its CLI.
    allowScripts: Object.fromEntries(
      Object.entries(manifest.allowScripts ?? {}).filter(([name]) => !name.startsWith("@cdktf/")),
    ),
  };
  return `${JSON.stringify(switched, undefined, 2)}\n`;
}

function parse(text: string): Manifest {
  // The project's own manifest, which npm has already parsed to start this program.
  return JSON.parse(text) as Manifest;
}

function renamed(section: Section, successors: Successors): Section {
  return Object.fromEntries(
    Object.entries(section).map(([name, version]) => {
      const successor = successors[name];
      return successor ? [successor.name, successor.version] : [name, version];
    }),
  );
}

/** Sorted in the order that npm uses. */
function sorted(section: Section): Section {
  return Object.fromEntries(Object.entries(section).sort(([a], [b]) => a.localeCompare(b, "en")));
}

function mapValues(section: Section, change: (value: string) => string): Section {
  return Object.fromEntries(Object.entries(section).map(([key, value]) => [key, change(value)]));
}
