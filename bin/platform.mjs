#!/usr/bin/env node
// Its warning of Node.js 20 would be on top of each command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
await import("tsx");
await import("../commands/program.ts");
