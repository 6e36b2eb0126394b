import path from "node:path";
import * as z from "zod/mini";
import { execa } from "execa";
import { localAwsName } from "../../local/aws/names";
import { PROJECT_FOLDER } from "../../project";
import { folderSource } from "../../spec/service/build";
import { baseImages, withoutDigest } from "../../stacks/images/base-images";
import { BuildContext } from "../../stacks/images/build-context";
import { PORT } from "./bench-project";

/** Few enough for a machine of two cores that also runs what it asks. */
const CONNECTIONS = 10;

const SECONDS = 5;

/** For the start of its container, too. */
const LIMIT_SECONDS = 30;

/** What autocannon prints with `--json`, as far as it matters. */
const report = z.object({
  requests: z.object({ average: z.number() }),
  latency: z.object({ p50: z.number(), p99: z.number() }),
  errors: z.number(),
  timeouts: z.number(),
  non2xx: z.number(),
});

/** Some seconds of requests to one URL. */
export interface Load {
  readonly requestsPerSecond: number;
  /** Latencies in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Requests without an answer, or without one of 200 to 299. */
  readonly failed: number;
}

/** How the load is made, for the table. */
export const LOAD = `${SECONDS} s with ${CONNECTIONS} connections each`;

/** @param json what autocannon printed */
export function readLoad(json: string): Load {
  const { requests, latency, errors, timeouts, non2xx } = report.parse(JSON.parse(json));
  const { p50, p99 } = latency;
  return { requestsPerSecond: requests.average, p50, p99, failed: errors + timeouts + non2xx };
}

/**
 * Sends requests from the network of the local AWS's container: tasks admit the load balancer, and nothing
 * else, and both ways to a task begin at the same place there.
 */
export async function load(url: string, signal: AbortSignal): Promise<Load> {
  const packages = path.join(PROJECT_FOLDER, "node_modules");
  const program = require.resolve("autocannon/autocannon.js");
  const inside = path.posix.join("/node_modules", path.relative(packages, program));
  const options = ["--json", "--connections", String(CONNECTIONS), "--duration", String(SECONDS)];
  const network = ["--network", `container:${localAwsName(PORT)}`];
  const mount = ["--volume", `${packages}:/node_modules:ro`];
  const command = [nodeImage(), "node", inside, ...options, url];
  const { stdout } = await execa(
    "docker",
    ["run", "--rm", "--init", ...network, ...mount, ...command],
    {
      timeout: LIMIT_SECONDS * 1000,
      cancelSignal: signal,
    },
  );
  return readLoad(stdout);
}

/** The image of Node.js that `up` has prepared for the shipped services. */
function nodeImage(): string {
  const source = folderSource(path.join(PROJECT_FOLDER, "services", "fraud-detection"));
  const [node] = baseImages(new BuildContext(source).dockerfile());
  if (!node) throw new Error("services/fraud-detection is built from no image");
  return withoutDigest(node.reference);
}
