import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { PROJECT_FOLDER, environment } from "../../project";

const FOLDER = path.join(PROJECT_FOLDER, ".github");
const workflows = readdirSync(path.join(FOLDER, "workflows")).map((file) => ({
  file,
  text: readFileSync(path.join(FOLDER, "workflows", file), "utf8"),
}));

test.each(workflows)("$file pins actions to commits, with the version in a comment", ({ text }) => {
  const uses = [...text.matchAll(/uses: (\S.*)/g)].map(([, action]) => action);
  const unpinned = uses.filter(
    (action = "") =>
      !/^\.\//.test(action) && !/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action),
  );
  expect(unpinned).toEqual([]);
});

/** The texts of a workflow's jobs, which are indented by two spaces. */
function jobsOf(text: string): string[] {
  return text
    .slice(text.indexOf("\njobs:\n"))
    .split(/\n(?= {2}[a-z]+:\n)/)
    .slice(1);
}

test.each(["dev", "prod"])(
  "a deployment of %s keeps the handbook with its run, and does not fail without",
  (environment) => {
    const { text = "" } = workflows.find(({ file }) => file === "deploy.yml") ?? {};
    const job = jobsOf(text).find((each) => each.startsWith(`  ${environment}:`)) ?? "";
    const [before = "", after = ""] = job.split("- name: The handbook, for the person on call\n");
    expect(before).toContain("npx platform deploy");
    expect(after).toMatch(/^ +if: \$\{\{ !cancelled\(\) \}\}\n +continue-on-error: true /);
    expect(after).toContain("npx platform handbook\n");
    expect(after).toContain(`name: handbook-${environment}\n`);
  },
);

test.each(workflows)(
  "every job of $file has a time limit and declares its permissions",
  ({ text }) => {
    expect(text).toContain("\npermissions: {}\n");
    const jobs = jobsOf(text);
    expect(jobs.length).toBeGreaterThan(0);
    for (const job of jobs) {
      expect(job).toMatch(/\n {4}timeout-minutes: \d+\n/);
      expect(job).toMatch(/\n {4}permissions:/);
    }
  },
);

test("no workflow overrides the region of an environment", () => {
  for (const { text } of workflows) expect(text).not.toContain("PLATFORM_REGION");
});

test("a deploying job waits for the previous deployment, and never cancels it", () => {
  const deploying = workflows
    .flatMap(({ text }) => jobsOf(text))
    .filter((job) => job.includes("AWS_DEPLOY_ROLE"));
  expect(deploying).toHaveLength(5);
  for (const job of deploying) {
    expect(job).toMatch(/concurrency:\n {6}group: \S.*\n {6}cancel-in-progress: false\n/);
    expect(job).toMatch(/\n {4}environment: (dev|prod|preview)\n/);
  }
});

test("a job that deploys keeps the reports of its scans, also those of a failed one", () => {
  const deploying = workflows
    .flatMap(({ text }) => jobsOf(text))
    .filter((job) => /run: npx platform deploy\b/.test(job));
  expect(deploying).toHaveLength(3);
  for (const job of deploying) {
    const upload = job.slice(job.indexOf("run: npx platform deploy")).split(/\n(?= {6}- )/);
    const step = upload.find((each) => each.includes("path: .platform/scans\n"));
    expect(step).toContain("if: ${{ !cancelled() }}\n");
    expect(step).toContain("uses: actions/upload-artifact@");
    for (const setting of ["include-hidden-files: true", "if-no-files-found: ignore"]) {
      expect(step).toContain(`${setting}\n`);
    }
    expect(step).toMatch(/retention-days: \d$/m);
  }
});

test("prod is deployed by an approved plan of the same run, and by nothing else", () => {
  const [plan, prod] = ["plan", "prod"].map((name) =>
    workflows
      .flatMap(({ text }) => jobsOf(text))
      .find((job) =>
        job.startsWith(`  ${name}:\n    name: ${name === "plan" ? "Plan prod" : "Promote"}`),
      ),
  );
  expect(plan).toContain("plan.sh --out approval");
  expect(plan).not.toContain("environment: prod");
  expect(prod).toContain("needs: plan\n");
  expect(prod).toContain("environment: prod\n");
  expect(prod?.match(/npx platform deploy.*/g)).toEqual(["npx platform deploy --plan approval"]);
});

test("dev is deployed only after the environments on GitHub were found to be protected", () => {
  const { text = "" } = workflows.find(({ file }) => file === "deploy.yml") ?? {};
  const job = jobsOf(text).find((each) => each.startsWith("  environments:"));
  expect(job).toContain("run: npx platform github");
  expect(jobsOf(text).find((each) => each.startsWith("  dev:"))).toContain(
    "needs: [test, environments]",
  );
});

test("no job that may write to GitHub runs a pull request's code", () => {
  const writing = workflows
    .filter(({ text }) => /\n {2}pull_request:/.test(text))
    .flatMap(({ text }) => jobsOf(text))
    .filter((job) => /^ {6}(pull-requests|issues|contents): write/m.test(job));
  expect(writing.length).toBeGreaterThan(0);
  for (const job of writing) {
    expect(job).toContain("ref: ${{ github.event.pull_request.base.sha }}");
    expect(job).not.toContain("id-token");
  }
});

describe("the scripts of the workflows", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "workflows-"));
  const file = (name: string) => path.join(folder, name);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Puts a program before the machine's own on the PATH. */
  function pretend(program: string, script: string): void {
    writeFileSync(file(program), `#!/usr/bin/env bash\n${script}\n`);
    chmodSync(file(program), 0o755);
  }

  function run(script: string, args: string[], env: Record<string, string>): void {
    execFileSync(path.join(FOLDER, script), args, {
      cwd: folder,
      env: {
        ...environment,
        PATH: `${folder}:${environment["PATH"] ?? ""}`,
        GITHUB_REPOSITORY: "acme/platform",
        GITHUB_OUTPUT: file("output"),
        ...env,
      },
      stdio: "pipe",
    });
  }

  /** `gh` answers `found` to list requests, and records requests for changes. */
  function github(found: string): () => string {
    rmSync(file("asked"), { force: true });
    pretend(
      "gh",
      `case "$*" in *--paginate*|*" list "*) echo "${found}" ;; *) echo "$*" >>"${file("asked")}" ;; esac`,
    );
    return () => (existsSync(file("asked")) ? readFileSync(file("asked"), "utf8") : "");
  }

  test("a plan with changes is not a failure, and becomes an output", () => {
    pretend("npx", 'echo "flask-api: new image"; exit 2');
    run("plan.sh", [], {});
    const output = readFileSync(file("output"), "utf8");
    expect(output).toMatch(/^changed=true\nplan<<(end-[0-9a-f]{32})\nflask-api: new image\n\1\n$/);
  });

  test.each([
    ["if it is the newest", "a1b2", true],
    ["but not after main has moved on", "c3d4", false],
  ])("an approved commit is promoted, %s", (_, newest, isPromoted) => {
    pretend("gh", `echo ${newest}`);
    const promote = () => {
      run("newest.sh", [], { GITHUB_SHA: "a1b2" });
    };
    if (isPromoted) expect(promote).not.toThrow();
    else expect(promote).toThrow("approve the run of that commit");
  });

  test("a plan to approve is in the summary of the run, as Terraform writes it", () => {
    pretend(
      "npx",
      `[ "$3 $4" = "--out plan" ] || exit 1; mkdir -p plan; echo "~ cpu = 256" >plan/plan.txt; exit 2`,
    );
    run("plan.sh", ["--out", "plan"], { GITHUB_STEP_SUMMARY: file("summary") });
    expect(readFileSync(file("summary"), "utf8")).toBe("~~~~~~\n~ cpu = 256\n\n~~~~~~\n");
  });

  test("a plan to approve that is too long for a summary says so first", () => {
    pretend("npx", "mkdir -p plan; head -c 1000000 /dev/zero | tr '\\0' x >plan/plan.txt; exit 2");
    rmSync(file("summary"), { force: true });
    run("plan.sh", ["--out", "plan"], { GITHUB_STEP_SUMMARY: file("summary") });
    const summary = readFileSync(file("summary"), "utf8");
    expect(summary).toMatch(/^\*\*The plan is cut here. The whole is plan.txt in the artifact/);
    expect(summary.length).toBeLessThan(1024 * 1024);
  });

  test("a failed plan is a failure", () => {
    pretend("npx", "exit 1");
    expect(() => {
      run("plan.sh", [], {});
    }).toThrow();
  });

  test("the first comment of its kind is created, and later comments replace it", () => {
    const settings = { NUMBER: "7", TEXT: "one ``` two" };
    let asked = github("");
    run("comment.sh", ["plan"], settings);
    expect(asked()).toContain("--method POST repos/acme/platform/issues/7/comments");
    expect(asked()).toContain("one  two");
    asked = github("41");
    run("comment.sh", ["plan"], settings);
    expect(asked()).toContain("--method PATCH repos/acme/platform/issues/comments/41");
  });

  test.each([
    ["true", "", "issue create --repo acme/platform --title Drift in dev"],
    ["true", "12", "issue edit 12 --repo acme/platform"],
    ["false", "12", "issue close 12 --repo acme/platform"],
    ["false", "", ""],
  ])("drift %s with the issue %j: %j", (CHANGED, found, words) => {
    const asked = github(found);
    run("drift-issue.sh", [], { CHANGED, PLATFORM_SUFFIX: "dev", TEXT: "a task more" });
    if (words === "") expect(asked()).toBe("");
    else expect(asked()).toContain(words);
  });
});
