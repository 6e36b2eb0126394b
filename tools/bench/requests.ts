import { localLoadBalancerUrl } from "../../operations/environments/address";
import { BenchProject, PORT, SUFFIX } from "./bench-project";
import { LOAD, type Load, load } from "./load";
import { median, spread } from "./median";
import type { Section } from "./section";
import { taskAddress } from "./targets";
import { tinyEntry } from "./tiny-service";

/** Runs of each way, in turn, after one to warm up. */
const RUNS = 5;

/** What is asked for, by service: the load balancer passes the whole path on. */
const PATHS = { "flask-api": "/health", tiny: "/tiny" } as const;

/** Requests per second through the load balancer, and to the same task without it. */
export async function requests(signal: AbortSignal): Promise<Section> {
  return await BenchProject.with(signal, async (project) => {
    project.edit(
      "services/index.ts",
      "defineServices({",
      `defineServices({\n  ${tinyEntry("tiny")}`,
    );
    // With more tasks, the load balancer would share the requests out, and one task alone would not.
    project.edit("environments.ts", "local: {", "local: {\n    scaling: { min: 1, max: 1 },");
    await project.up();
    const rows = [];
    for (const [service, path] of Object.entries(PATHS)) {
      rows.push(...rowsOf(`${service} ${path}`, await measure(service, path, signal)));
    }
    return {
      about:
        `Medians of ${RUNS} runs of each way, in turn, after one to warm up: ${LOAD}, to one task, from the same ` +
        "place in the network. On AWS the load balancer is AWS's: the share says only what the local AWS adds.",
      head: ["request", "way", "per second", "range", "p50 ms", "p99 ms", "failed", "share"],
      rows,
    };
  });
}

interface Ways {
  readonly balanced: readonly Load[];
  readonly direct: readonly Load[];
}

async function measure(service: string, path: string, signal: AbortSignal): Promise<Ways> {
  const balancer = localLoadBalancerUrl(`http://127.0.0.1:${PORT}`, `platform-${SUFFIX}`);
  const task = `http://${await taskAddress(service)}`;
  const balanced: Load[] = [];
  const direct: Load[] = [];
  for (let run = 0; run <= RUNS; run++) {
    console.error(`${service}: run ${run} of ${RUNS}`);
    balanced.push(await load(balancer + path, signal));
    direct.push(await load(task + path, signal));
  }
  return { balanced: balanced.slice(1), direct: direct.slice(1) };
}

/** The two ways of one request. */
export function rowsOf(request: string, { balanced, direct }: Ways): string[][] {
  const perSecond = (loads: readonly Load[]) => loads.map((each) => each.requestsPerSecond);
  const row = (way: string, loads: readonly Load[], share: string) => [
    request,
    way,
    median(perSecond(loads)).toFixed(0),
    spread(perSecond(loads), 0),
    median(loads.map(({ p50 }) => p50)).toFixed(0),
    median(loads.map(({ p99 }) => p99)).toFixed(0),
    String(loads.reduce((sum, { failed }) => sum + failed, 0)),
    share,
  ];
  const share = median(perSecond(balanced)) / median(perSecond(direct));
  return [
    row("through the load balancer", balanced, share.toFixed(2)),
    row("to the task", direct, ""),
  ];
}
