import { lstatSync, readlinkSync } from "node:fs";
import path from "node:path";
import { type ByteString, bytesOf, pathOf, shown } from "./byte-string";
import { ContextProblem, codeOf, isDenied } from "./context-problem";

/** As many links as the builder follows for one file. */
const LIMIT = 255;

/**
 * Finds a file that the builder itself reads, the Dockerfile or an ignore file: where it lies below the
 * context, and its size. The builder follows links as if the context were the root of a file system, so
 * neither `../Dockerfile` nor `/srv/Dockerfile` leaves it. Returns `undefined` if there is nothing.
 *
 * The builder takes a link that leads nowhere, and an ignore file that is a folder, for no file at all,
 * and would wait forever for a named pipe. All are refused here: none is what its author meant.
 *
 * @throws ContextProblem if what the name leads to is not a file
 */
export function findFile(
  context: string,
  name: string,
): { path: ByteString; size: number } | undefined {
  const root = bytesOf(path.resolve(context));
  const given = path.relative(".", path.join(context, name));
  const end = followLinks(root, bytesOf(name), given);
  const stats = statsOf(root, end, given);
  if (!stats) {
    if (end === name) return undefined;
    throw new ContextProblem(
      `${given} is a link to ${shown(end)} in the build context, which does not exist; the builder follows no link out of the context, so link to a file in it`,
    );
  }
  if (!stats.isFile())
    throw new ContextProblem(
      `${given} is not a file but a ${kindOf(stats)}; replace it with a file`,
    );
  return { path: `${root}/${end}`, size: stats.size };
}

/** Where the links of a path lead to within the root, relative to it. */
function followLinks(root: ByteString, start: ByteString, given: string): ByteString {
  let current = start;
  for (let links = 0; links <= LIMIT; links++) {
    const parts = current.split("/");
    const linked = parts.findIndex((_, index) =>
      statsOf(root, parts.slice(0, index + 1).join("/"), given)?.isSymbolicLink(),
    );
    if (linked < 0) return current;
    const link = parts.slice(0, linked + 1).join("/");
    const target = readlinkSync(pathOf(`${root}/${link}`), "latin1");
    const from = target.startsWith("/") ? "/" : `/${path.posix.dirname(link)}`;
    current = path.posix.join("/", from, target, ...parts.slice(linked + 1)).slice(1);
  }
  throw new ContextProblem(`${given} is a link that leads back to itself; link to a file`);
}

function statsOf(root: ByteString, file: ByteString, given: string) {
  try {
    return lstatSync(pathOf(`${root}/${file}`), { throwIfNoEntry: false });
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOTDIR") return undefined;
    const fix = isDenied(code) ? "make its folder readable (chmod +rx)" : "check its disk";
    throw new ContextProblem(`${given} cannot be read (${code}); ${fix}`);
  }
}

/** The kind of what is not a file, in words. */
function kindOf(stats: { isDirectory(): boolean; isFIFO(): boolean; isSocket(): boolean }): string {
  if (stats.isDirectory()) return "folder";
  if (stats.isFIFO()) return "named pipe";
  return stats.isSocket() ? "socket" : "device";
}
