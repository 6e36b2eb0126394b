import Docker from "dockerode";
import { textOf } from "../../../../operations/target/engine-log";
import { DOCKER_LABEL } from "../../../../spec/names";
import type { LoadResult } from "./load";
import { containersOf } from "./local-aws";

/**
 * Five requests a second, each with its own lookup, a random address from the answer, and its own
 * connection; each result is a line.
 */
const SCRIPT = `
const dns = require("node:dns"), http = require("node:http");
const lookup = (name, _options, done) =>
  dns.lookup(name, { all: true, family: 4 }, (error, found) =>
    error ? done(error) : done(null, found[Math.floor(Math.random() * found.length)].address, 4));
setInterval(() => {
  const began = new Date().toISOString();
  const options = { agent: false, autoSelectFamily: false, lookup, timeout: 5000 };
  const request = http.get(process.argv[1], options, (response) => {
    response.resume().on("end", () =>
      console.log(response.statusCode === 200 ? "200" : began + " " + response.statusCode));
  });
  request.on("timeout", () => request.destroy(new Error("no answer within 5 s")));
  request.on("error", (error) => console.log(began + " " + error.message));
}, 200);
process.on("SIGTERM", () => process.exit());
`;

/**
 * Requests the health of `callee` by its name, from within the network of a task of `caller`, until
 * `finished` settles: a client that never retries.
 */
export async function askPlainlyDuring(
  caller: string,
  callee: string,
  finished: Promise<unknown>,
): Promise<LoadResult> {
  const [[task], [node]] = await Promise.all([
    containersOf(caller),
    containersOf("transaction-processor"),
  ]);
  if (!task || !node) throw new Error(`no task of ${caller} runs`);
  const variable = `${callee.toUpperCase().replaceAll("-", "_")}_URL=`;
  const url = (await task.inspect()).Config.Env.find((each) => each.startsWith(variable));
  if (!url) throw new Error(`${caller} does not call ${callee}`);
  const container = await new Docker().createContainer({
    Image: (await node.inspect()).Config.Image,
    Cmd: ["node", "-e", SCRIPT, `${url.slice(variable.length)}/health`],
    // Not the environment's label, which marks probes: a deployment stops them.
    Labels: { [DOCKER_LABEL]: "plain-caller" },
    HostConfig: { NetworkMode: `container:${task.id}` },
  });
  try {
    await container.start();
    await finished;
    const { State } = await container.inspect();
    if (!State.Running) throw new Error(`the plain caller ended with ${State.ExitCode}`);
    const lines = textOf(await container.logs({ stdout: true, stderr: true, follow: false }));
    const results = lines.split("\n").filter((line) => line !== "");
    return { sent: results.length, failures: results.filter((line) => line !== "200") };
  } finally {
    await container.remove({ force: true });
  }
}
