import { createRequire } from "node:module";
import { env } from "node:process";
import { inject } from "vitest";
import { expectErrors } from "./thrown";

/** The variables that Node.js, Vitest and the programs of tests need; all others are the user's. */
const KEPT =
  /^(PATH|TMPDIR|TEMP|TMP|LANG|LC_\w+|TZ|NODE_\w+|VITEST(_\w+)?|VITE_\w+|TINYPOOL_\w+|TEST|DEV|PROD|MODE|SSR|BASE_URL|AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED)$/;

for (const name of Object.keys(env)) {
  if (!KEPT.test(name)) Reflect.deleteProperty(env, name);
}
// Without HOME, Node.js and Git would use the account's home.
env["HOME"] = inject("home");

/**
 * cdktf records a stack trace with every token, for its errors about unresolvable tokens. Vitest
 * maps each line to TypeScript, which takes most of the time of a synthesis.
 */
const traces = createRequire(__filename)("cdktf/lib/tokens/private/stack-trace") as {
  captureStackTrace: () => string[];
};
traces.captureStackTrace = () => [];

expectErrors();
