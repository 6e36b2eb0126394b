#!/usr/bin/env node
import path from "node:path";

const folder = path.dirname(import.meta.dirname);
if (folder.includes("?")) {
  console.error(`The project is in ${folder}, but tsx loads no TypeScript below a name with ?`);
  console.error("→ Move it to a folder whose path has none.");
  process.exit(1);
}
// Its warning of Node.js 20 would be on top of each command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
await import("tsx");
await import("../commands/program.ts");
