import { createRequire } from "node:module";
import { env } from "node:process";

/** What Node.js and Vitest need, and the programs that tests start; all else is the user's. */
const KEPT =
  /^(PATH|TMPDIR|TEMP|TMP|LANG|LC_\w+|TZ|NODE_\w+|VITEST(_\w+)?|VITE_\w+|TINYPOOL_\w+|TEST|DEV|PROD|MODE|SSR|BASE_URL|AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED)$/;

for (const name of Object.keys(env)) {
  if (!KEPT.test(name)) Reflect.deleteProperty(env, name);
}
// Without one Node.js and Git take the account's: with it, the user's files are none of a test's either.
env["HOME"] = "/nowhere";

/**
 * cdktf notes a stack trace with every token, for its messages of tokens that cannot be resolved. Vitest
 * maps each of their lines to TypeScript, which is most of what a synthesis takes.
 */
const traces = createRequire(__filename)("cdktf/lib/tokens/private/stack-trace") as {
  captureStackTrace: () => string[];
};
traces.captureStackTrace = () => [];
