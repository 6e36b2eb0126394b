import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { planStack } from "../../../../operations/plan/plan-stack";
import {
  StackFailure,
  type Watch,
  applyStack,
  readState,
} from "../../../../operations/terraform/terraform-stack";
import {
  PLAN_MINUTES,
  QUEUE_SECONDS,
  READ_MINUTES,
  STACK_MINUTES,
  STOP_TERRAFORM_SECONDS,
} from "../../../../spec/limits";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "terraform-limits-"));
  const stack = path.join(folder, "stacks", "registry");
  mkdirSync(stack, { recursive: true });
  writeFileSync(path.join(stack, "cdk.tf.json"), '{"terraform":{}}');
  // Limits pass only when a test advances them, not on a busy machine.
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"],
  });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const STARTED = '{"type":"apply_start","hook":{"resource":{"addr":"aws_lb.alb_1A2B3C4D"}}}';

/** A program that inits at once and applies until it is interrupted. */
function waitsForEver(whenInterrupted: string, provider = ""): string {
  const program = path.join(folder, "terraform");
  writeFileSync(
    program,
    `#!/bin/sh
[ "$1" = apply ] || { mkdir -p .terraform; exit 0; }
trap '${whenInterrupted}' INT
${provider}
echo '${STARTED}'
touch ${folder}/started
while :; do sleep 0.1; done
`,
  );
  chmodSync(program, 0o755);
  return program;
}

function optionsFor(terraform: string) {
  const { signal } = new AbortController();
  return { terraform, environment: {}, signal, report: () => undefined, synthFolder: folder };
}

/** Waits in real time, for as long as the test runs: only the limits are not real. */
async function until(isTrue: () => boolean): Promise<void> {
  const own = folder;
  while (!isTrue()) {
    if (!existsSync(own)) throw new Error("the test is over");
    await new Promise(setImmediate);
  }
}

/** An apply that has begun, and how it ends. */
async function begun(terraform: string, watch?: Watch) {
  let waits = false;
  const report = () => {
    waits = true;
  };
  const ended = applyStack("registry", {
    ...optionsFor(terraform),
    report,
    ...(watch && { watch }),
  }).catch((reason: unknown) => reason);
  await until(() => existsSync(path.join(folder, "started")));
  waits = false;
  return { ended, isReported: () => waits };
}

const anything: unknown = expect.anything();

const nothingToWaitFor: Watch = {
  hopeless: (underWay) => (underWay.length > 0 ? "web: there is nothing to wait for" : undefined),
};

/** The failure of an apply that its watch ends as soon as Terraform has begun. */
async function hopeless(terraform: string): Promise<unknown> {
  const { ended } = await begun(terraform, nothingToWaitFor);
  let isOver = false;
  void ended.then(() => (isOver = true));
  // The watch is asked every second; Terraform's first line may still be on its way.
  await until(() => {
    vi.advanceTimersByTime(1000);
    return isOver;
  });
  return await ended;
}

describe("a deployment of a stack", () => {
  test("ends if there is nothing to wait for, and the reason comes first", async () => {
    const error = await hopeless(waitsForEver("exit 1"));
    expect(error).toBeInstanceOf(StackFailure);
    expect(error).toMatchObject({
      errors: [expect.stringMatching(/^web: there is nothing/), anything],
    });
  });

  test("whose Terraform was killed from outside says so", async () => {
    expect(await hopeless(waitsForEver("kill -9 $$"))).toMatchObject({
      errors: [anything, expect.stringContaining("ended from outside (SIGKILL)")],
    });
  });

  test("that takes longer than its limit is stopped, and no earlier", async () => {
    const { ended, isReported } = await begun(waitsForEver("exit 1"));
    const early = (STACK_MINUTES.registry - 1) * 60_000;
    vi.advanceTimersByTime(early);
    expect(isReported()).toBe(true);
    let isOver = false;
    void ended.then(() => (isOver = true));
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    vi.advanceTimersByTime(61_000);
    expect(await ended).toMatchObject({
      errors: ["it timed out after 5 minutes and was stopped", anything],
    });
  });

  test("that was stopped has failed, though Terraform exits with 0 as it does for a remote run", async () => {
    const { ended } = await begun(waitsForEver("exit 0"));
    vi.advanceTimersByTime(STACK_MINUTES.registry * 60_000 + 1000);
    expect(await ended).toMatchObject({
      errors: ["it timed out after 5 minutes and was stopped"],
    });
    // Neither the reports go on nor is a later process killed.
    expect(vi.getTimerCount()).toBe(0);
  });

  test("gives Terraform two minutes to save its state, then ends it together with its providers", async () => {
    const file = path.join(folder, "provider");
    const heard = path.join(folder, "heard");
    const provider = `sleep 600 > /dev/null 2>&1 & echo $! > ${file}`;
    const { ended } = await begun(waitsForEver(`touch ${heard}`, provider));
    vi.advanceTimersByTime(STACK_MINUTES.registry * 60_000 + 1000);
    await until(() => existsSync(heard));
    vi.advanceTimersByTime((STOP_TERRAFORM_SECONDS - 1) * 1000);
    const pid = Number(readFileSync(file, "utf8"));
    expect(isRunning(pid)).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(await ended).toMatchObject({
      errors: [anything, expect.stringContaining("(SIGKILL)")],
    });
    await until(() => !isRunning(pid));
    expect(STOP_TERRAFORM_SECONDS).toBeGreaterThanOrEqual(120);
  });
});

/** A zombie process exists, but no longer runs. */
function isRunning(pid: number): boolean {
  const status = `/proc/${pid}/stat`;
  return existsSync(status) && !/\) [ZX] /.test(readFileSync(status, "utf8"));
}

describe("a plan", () => {
  const planning = { foreseen: () => false, trustState: false };

  /** A program whose plan has this body; it shows its plan as JSON. */
  function plans(body: string): string {
    const program = path.join(folder, "terraform");
    writeFileSync(
      program,
      `#!/bin/sh
case "$1" in
  init) mkdir -p .terraform ;;
  show) cat secret-until-deleted.tfplan ;;
  plan) ${body} ;;
esac
`,
    );
    chmodSync(program, 0o755);
    return program;
  }
  const planFile = () => path.join(folder, "stacks", "registry", "secret-until-deleted.tfplan");

  test.each([
    ["was shown", "echo '{}' > secret-until-deleted.tfplan"],
    ["could not be shown", "echo none > secret-until-deleted.tfplan"],
    ["failed", "echo '{}' > secret-until-deleted.tfplan; exit 1"],
  ])("that %s leaves no file, since it holds secrets", async (_, body) => {
    await planStack("registry", { ...optionsFor(plans(body)), ...planning }).catch(() => undefined);
    expect(existsSync(path.join(folder, "stacks", "registry", ".terraform"))).toBe(true);
    expect(existsSync(planFile())).toBe(false);
  });

  test("that takes longer than its limit is stopped, and says so", async () => {
    const limit = new AbortController();
    const timeout = vi.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => {
      // The limits of the commands before and after it are others.
      return milliseconds === PLAN_MINUTES * 60_000 ? limit.signal : new AbortController().signal;
    });
    const terraform = plans(
      `trap 'exit 0' INT; touch ${folder}/started; while :; do sleep 0.1; done`,
    );
    const plan = planStack("registry", { ...optionsFor(terraform), ...planning });
    const ended = plan.catch((reason: unknown) => reason);
    await until(() => existsSync(path.join(folder, "started")));
    limit.abort();
    expect(await ended).toMatchObject({ errors: ["the plan took longer than 10 minutes"] });
    expect(timeout).toHaveBeenCalledWith(PLAN_MINUTES * 60_000);
  });

  test("whose state does not come in time ends with the command that hangs, and the limit", async () => {
    const limit = new AbortController();
    vi.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => {
      return milliseconds === READ_MINUTES * 60_000 ? limit.signal : new AbortController().signal;
    });
    const terraform = path.join(folder, "terraform");
    writeFileSync(
      terraform,
      `#!/bin/sh
[ "$1" = state ] || { mkdir -p .terraform; exit 0; }
trap 'exit 1' INT
touch ${folder}/started
while :; do sleep 0.1; done
`,
      { mode: 0o755 },
    );
    const ended = readState("registry", optionsFor(terraform)).catch((reason: unknown) => reason);
    await until(() => existsSync(path.join(folder, "started")));
    limit.abort();
    expect(await ended).toMatchObject({
      errors: ["terraform state timed out after 5 minutes and was stopped"],
    });
  });

  describe("that HCP Terraform queues", () => {
    const PAGE = "https://app.terraform.io/app/acme/platform-registry-use1-dev/runs/run-7";

    /** A plan that has waited this long when its run says again that it waits. */
    async function waits(milliseconds: number, afterwards: string, first = "") {
      const stack = path.join(folder, "stacks", "registry", "cdk.tf.json");
      writeFileSync(stack, '{"terraform":{"cloud":{}}}');
      const terraform = plans(`trap 'exit 0' INT
${first}
echo 'Waiting for 2 run(s) to finish before being queued...'
while [ ! -e ${folder}/later ]; do sleep 0.1; done
echo 'Waiting for 1 run(s) to finish before being queued...'
${afterwards}`);
      const said: string[] = [];
      const report = (line: string) => said.push(line);
      const plan = planStack("registry", { ...optionsFor(terraform), ...planning, report });
      const ended = plan.catch((reason: unknown) => reason);
      await until(() => said.some((line) => line.includes("2 run(s)")));
      vi.advanceTimersByTime(milliseconds);
      writeFileSync(path.join(folder, "later"), "");
      return await ended;
    }

    test.each([
      ["", "HCP Terraform"],
      [`echo '${PAGE}'`, PAGE],
    ])("and does not start in time ends with its place and its last words", async (first, run) => {
      const late = await waits(QUEUE_SECONDS * 1000 + 1, "while :; do sleep 0.1; done", first);
      expect(late).toMatchObject({
        errors: [
          `the remote run (${run}) did not start within 180 s. Terraform said last:
Waiting for 2 run(s) to finish before being queued...
Waiting for 1 run(s) to finish before being queued...`,
        ],
      });
    });

    test("and starts within its time is planned", async () => {
      const body = "echo '{}' > secret-until-deleted.tfplan";
      expect(await waits(QUEUE_SECONDS * 1000, body)).toEqual({});
    });
  });
});
