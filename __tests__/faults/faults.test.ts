import path from "node:path";
import { Checkout } from "../e2e/support/checkout";
import { loadDuring } from "../e2e/support/load";
import { ORIGIN } from "../e2e/support/local-aws";
import { PROJECT_FOLDER } from "../../stacks/config";

jest.setTimeout(900_000);

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));

interface Fault {
  readonly name: string;
  readonly file: string;
  /** Put before the first line of the file. */
  readonly line: string;
  readonly says: readonly string[];
}

/** Python that runs in the cluster and not in the probe, which gives a service no database. */
const inCluster = (statement: string) =>
  `import os, sys, time\nif os.environ.get("DATABASE_HOST"): ${statement}\n`;

const GUNICORN = "services/flask-api/gunicorn.conf.py";

const FAULTS: readonly Fault[] = [
  {
    name: "a crash in the cluster alone, for a variable that is missing",
    file: GUNICORN,
    line: inCluster('sys.exit("TOKEN is not set")'),
    says: ["flask-api exited with 1", "TOKEN is not set"],
  },
  {
    name: "more memory than the task has",
    file: GUNICORN,
    line: inCluster("hoard = bytearray(700 * 2**20)"),
    says: ["flask-api exited with 137", "size.memory"],
  },
  {
    name: "a start that takes longer than the grace period",
    file: GUNICORN,
    line: inCluster('print("still warming up", flush=True); time.sleep(600)'),
    says: ["flask-api", "still warming up", "health"],
  },
];

const table: Record<string, Record<string, string | number>> = {};

afterAll(async () => {
  console.table(table);
  await checkout.run("npm run --silent down", 300);
});

test("the platform is up", async () => {
  expect((await checkout.run("npm run --silent up", 900)).exitCode).toBe(0);
});

test.each(FAULTS)(
  "$name ends the deployment with its reason",
  async ({ name, file, line, says }) => {
    const restore = checkout.edit(file, /^/, line);
    const deployment = checkout.run("npm run --silent up", 600);
    const load = await loadDuring(`${ORIGIN}/`, 5, deployment);
    const { exitCode, output, seconds } = await deployment;
    restore();
    table[name] = {
      seconds: Math.round(seconds),
      exit: exitCode ?? -1,
      failed: load.failures.length,
    };

    expect(exitCode).toBe(1);
    for (const words of says) expect(output).toContain(words);
    expect(load.failures).toEqual([]);
    expect(seconds).toBeLessThan(360);
    expect((await checkout.run("npm run --silent up", 300)).exitCode).toBe(0);
  },
);
