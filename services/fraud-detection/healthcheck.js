/**
 * Exits 0 if a GET of the URL (the last argument) answers 200 within 2 s, and 1 otherwise.
 *
 * Runs every few seconds in each container, on a fraction of a CPU: hence no package, and no fetch.
 */
import { get } from "node:http";

setTimeout(() => process.exit(1), 2_000);

get(process.argv[2] ?? `http://127.0.0.1:${process.env.PORT || 8080}/health`, ({ statusCode }) =>
  process.exit(statusCode === 200 ? 0 : 1),
).on("error", () => process.exit(1));
