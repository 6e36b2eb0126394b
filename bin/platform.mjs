#!/usr/bin/env node
import path from "node:path";

const folder = path.dirname(import.meta.dirname);
const [sign] = /[?\\]/.exec(folder.replaceAll(path.sep, "")) ?? [];
if (sign !== undefined) {
  console.error(
    `The project is in ${folder}, but Node.js loads no TypeScript below a name with ${sign}`,
  );
  console.error("→ Move it to a folder whose path has neither ? nor \\.");
  process.exit(1);
}
// Its warning of Node.js 20 would be on top of each command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
await import("tsx");
await import("../commands/program.ts");
