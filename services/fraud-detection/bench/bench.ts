import { availableParallelism, loadavg } from "node:os";
import autocannon from "autocannon";
import { ordinaryRequest } from "../test/support/request.js";
import { withContainer } from "./container.js";

const PORT = 18_080;

const RUNS = [
  { name: "warm-up", seconds: 5, connections: 20 },
  { name: "as fast as it goes", seconds: 10, connections: 20 },
  { name: "1500 requests/s", seconds: 15, connections: 20, rate: 1_500 },
  { name: "history of 200", seconds: 5, connections: 20, history: 200 },
];

const rows: Record<string, Record<string, number | string>> = {};

console.log(`${availableParallelism()} CPUs, load ${loadavg()[0]?.toFixed(2) ?? "unknown"} before`);
await withContainer(PORT, async (url) => {
  for (const { name, seconds, connections, rate, history } of RUNS) {
    const { requests, latency, errors, non2xx } = await autocannon({
      url: `${url}/v1/score`,
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(ordinaryRequest(history)),
      duration: seconds,
      connections,
      ...(rate && { overallRate: rate }),
    });
    rows[name] = {
      "requests/s": Math.round(requests.average),
      "p50 ms": latency.p50,
      "p99 ms": latency.p99,
      "p99.9 ms": latency.p99_9,
      "max ms": latency.max,
      failed: errors + non2xx,
    };
  }
});
console.table(rows);
