import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { planStack, withPlan } from "../../../../operations/plan/plan-stack";

const FILE = "secret-until-deleted.tfplan";
const SHOWN = { shown: `show -json -no-color ${FILE}` };

/** What a plan with errors prints, and the same of a remote run. */
const errorEvent = (summary: string) =>
  `echo '${JSON.stringify({ type: "diagnostic", diagnostic: { severity: "error", summary } })}'`;
const remoteError = (summary: string) => `echo '│ Error: ${summary}'; echo '╵'`;

/** A local plan, and what a remote run leaves of its own. */
const ARCHIVE = `printf 'PK-content' > ${FILE}`;
const REFERENCE = `printf '{"run_id":"run-7"}' > ${FILE}`;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "plan-stack-"));
  file = path.join(folder, "stacks", "registry", FILE);
  mkdirSync(path.dirname(file), { recursive: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A Terraform whose plan has this body, and which shows what it was asked to show. */
function optionsFor(body: string, terraform: object = {}) {
  const program = path.join(folder, "terraform");
  writeFileSync(path.join(path.dirname(file), "cdk.tf.json"), JSON.stringify({ terraform }));
  writeFileSync(
    program,
    `#!/bin/sh
case "$1" in
  init) mkdir -p .terraform ;;
  show) printf '{"shown":"%s"}' "$*" ;;
  plan) ${body} ;;
esac
`,
    { mode: 0o755 },
  );
  const reported: string[] = [];
  return {
    terraform: program,
    environment: {},
    signal: new AbortController().signal,
    report: (line: string) => reported.push(line),
    reported,
    synthFolder: folder,
    foreseen: (error: string) => error.startsWith("foreseen"),
    trustState: false,
  };
}

describe("the file of a plan", () => {
  test("is shown, and exists until it has been used", async () => {
    const used = await withPlan("registry", optionsFor(ARCHIVE), async (json, name) =>
      Promise.resolve({ json, name, exists: existsSync(file) }),
    );
    expect(used).toEqual({ json: SHOWN, name: FILE, exists: true });
    expect(existsSync(file)).toBe(false);
  });

  test("is never one that an interrupted plan left", async () => {
    writeFileSync(file, "PK of another plan");
    await expect(planStack("registry", optionsFor("true"))).rejects.toMatchObject({
      stackName: "registry",
      synthFolder: folder,
      errors: ["Terraform wrote no plan"],
    });
  });
});

describe("a plan with errors", () => {
  test("covers what does not depend on them, if each is foreseen", async () => {
    const body = `${ARCHIVE}; ${errorEvent("foreseen")}; exit 1`;
    expect(await planStack("registry", optionsFor(body))).toEqual(SHOWN);
  });

  test.each([
    ["one of them is not", `${ARCHIVE}; ${errorEvent("denied")}`, ["foreseen", "denied"]],
    ["it wrote no file", "true", ["foreseen"]],
  ])("fails with all of them, if %s", async (_, body, errors) => {
    const options = optionsFor(`${errorEvent("foreseen")}; ${body}; exit 1`);
    await expect(planStack("registry", options)).rejects.toMatchObject({
      stackName: "registry",
      synthFolder: folder,
      errors,
    });
  });
});

describe("with the state in HCP Terraform", () => {
  const OF_STATE = { errored: true, prior_state: { shown: "show -json -no-color" } };
  const failed = `${remoteError("foreseen")}; exit 1`;

  test.each([
    ["a remote run is shown from its reference", REFERENCE, SHOWN],
    ["a remote run with foreseen errors keeps nothing: only its state is known", failed, OF_STATE],
    ["the reference of a run with errors is no plan", `${REFERENCE}; ${failed}`, OF_STATE],
    ["a plan on this machine keeps its file beside its errors", `${ARCHIVE}; ${failed}`, SHOWN],
  ])("%s", async (_, body, shown) => {
    expect(await planStack("registry", optionsFor(body, { cloud: {} }))).toEqual(shown);
  });

  test("nothing is reported of a run but what it waits for", async () => {
    const waiting = "Waiting for 2 run(s) to finish before being queued...";
    const options = optionsFor(`echo '${waiting}'; echo 'Preparing the plan'; ${REFERENCE}`, {
      cloud: {},
    });
    await planStack("registry", options);
    expect(options.reported).toEqual(["installing the providers into the stack", waiting]);
  });
});

test("a state that is trusted is not refreshed", async () => {
  const body = `[ "$6" = -refresh=false ] && ${ARCHIVE}`;
  const options = { ...optionsFor(body), trustState: true };
  expect(await planStack("registry", options)).toEqual(SHOWN);
});
