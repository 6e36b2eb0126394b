import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DataResource, TerraformOutput, TerraformStack } from "cdktf";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { readFileStateSettings } from "../../local/aws/settings";
import { prepareTerraform } from "../../local/machine/terraform";
import { readToken } from "../../operations/checks/hcp-token";
import { knownErrors } from "../../operations/failures/known-errors";
import { planStack } from "../../operations/plan/plan-stack";
import { StackFailure, stackFolder } from "../../operations/terraform/terraform-process";
import { applyStack, readOutputs } from "../../operations/terraform/terraform-stack";
import { environment, readConfig } from "../../project";
import { createApp } from "../../stacks/options/app";
import { keepState } from "../../stacks/options/backend";
import type { Workspace } from "../support/hcp/account";
import { type FakeHcp, startHcp } from "../support/hcp/server";
import { currentState } from "../support/hcp/state-versions";
import { hasTools } from "../support/tools";

const QUEUE_SECONDS = 3;

vi.mock("../../spec/limits", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  QUEUE_SECONDS: 3,
}));

const { cacheFolder, environment: local } = readFileStateSettings();
const present = hasTools("a state in HCP Terraform", "providers");
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

/** Two stacks without a provider; the second reads a value of the first. */
function synthesize(outdir: string, { host, account }: FakeHcp): void {
  const { config, problems } = readConfig({
    PLATFORM_BACKEND: "cloud",
    PLATFORM_HCP_ORGANIZATION: account.organization,
    PLATFORM_HCP_HOSTNAME: host,
  });
  expect(problems).toEqual([]);
  const app = createApp(outdir);
  const registry = new TerraformStack(app, "registry");
  keepState(registry, config);
  const repository = new DataResource(registry, "repository", {});
  repository.addOverride("input", "a repository");
  new TerraformOutput(registry, "name", { value: "a repository" });
  const images = new TerraformStack(app, "images");
  keepState(images, config);
  new TerraformOutput(images, "found", { value: repository.output.toString() });
  app.synth();
}

describe.skipIf(!present)("a state in HCP Terraform, kept by Terraform itself", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "hcp-state-"));
  let hcp: FakeHcp;
  let program: string;
  const said: string[] = [];

  beforeAll(async () => {
    hcp = await startHcp();
    synthesize(folder, hcp);
    const found = { cacheFolder, path: environment["PATH"] ?? "", report: console.log };
    program = (await prepareTerraform(found)).binary;
  });
  beforeEach(() => {
    hcp.account.workspaces.clear();
    hcp.account.create("platform-registry-use1-dev", "local");
    hcp.account.create("platform-images-use1-dev", "local");
    said.length = 0;
  });
  afterAll(async () => {
    await hcp.close();
    rmSync(folder, { recursive: true });
  });

  const workspace = (): Workspace => {
    const found = hcp.account.workspaces.get("platform-registry-use1-dev");
    if (!found) throw new Error("there is no workspace");
    return found;
  };
  const variables = () => ({
    ...local,
    TF_CLI_ARGS_init: "",
    TF_CLI_CONFIG_FILE: hcp.credentials,
    SSL_CERT_FILE: hcp.certificate,
  });
  const options = (signal = new AbortController().signal) => ({
    terraform: program,
    environment: variables(),
    signal,
    report: (line: string) => said.push(line),
    synthFolder: folder,
    foreseen: () => false,
    trustState: false,
  });
  const failureOf = async (work: Promise<unknown>): Promise<StackFailure> => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof StackFailure)) throw new Error(`no failure: ${String(error)}`);
    return error;
  };

  describe("with local execution", () => {
    test("a workspace without a state has no outputs, and is planned, applied and read", async () => {
      expect(await readOutputs("registry", options())).toEqual({});
      expect(await planStack("registry", options())).toMatchObject({
        resource_changes: [{ change: { actions: ["create"] } }],
      });
      expect(await applyStack("registry", options())).toEqual({ add: 1, change: 0, remove: 0 });
      expect(await readOutputs("registry", options())).toMatchObject({ name: "a repository" });
      expect(currentState(workspace())?.text).toContain("a repository");
      expect(await applyStack("registry", options())).toEqual({ add: 0, change: 0, remove: 0 });
      await applyStack("images", options());
      expect(await readOutputs("images", options())).toEqual({ found: "a repository" });
    });

    test("a lock does not concern a plan; the advice for a deployment names nobody and unlocks", async () => {
      workspace().locked = true;
      await planStack("registry", options());
      const failure = await failureOf(applyStack("registry", options()));
      const [problem = "", fix = ""] = knownErrors(failure);
      expect(problem).toContain("The workspace acme/platform-registry-use1-dev is locked");
      expect(problem).not.toContain("has held");
      const command = /force-unlock (\S+)$/.exec(fix)?.[1] ?? "";
      expect(command).toBe("acme/platform-registry-use1-dev");
      const cwd = stackFolder("registry", folder);
      await execa(program, ["force-unlock", "-force", command], { cwd, env: variables() });
      expect(workspace().locked).toBe(false);
    });
  });

  describe("with remote execution", () => {
    beforeEach(() => {
      workspace().executionMode = "remote";
    });

    const APPLIED = {
      plan: "Plan: 1 to add, 0 to change, 0 to destroy.\n",
      apply:
        "terraform_data.repository: Creating...\nterraform_data.repository: Creation complete after 0s [id=1]\n\nApply complete! Resources: 1 added, 0 changed, 0 destroyed.\n",
    };

    test("a run that applies is counted as it says, and one without changes is done too", async () => {
      workspace().script = APPLIED;
      expect(await applyStack("registry", options())).toEqual({ add: 1, change: 0, remove: 0 });
      expect(workspace().runs[0]?.status).toBe("applied");
      workspace().script = {};
      expect(await applyStack("registry", options())).toEqual({ add: 0, change: 0, remove: 0 });
    });

    test("a run that never starts is cancelled, and is no deployment although Terraform exits with 0", async () => {
      workspace().script = { ...APPLIED, stuck: true };
      workspace().locked = true;
      const failure = await failureOf(applyStack("registry", options()));
      expect(knownErrors(failure).join("\n")).toMatch(
        `The run of registry did not start within ${QUEUE_SECONDS} s and was cancelled`,
      );
      expect(knownErrors(failure).join("\n")).toContain(`/runs/${workspace().runs[0]?.id ?? ""}`);
      expect(workspace().runs[0]?.status).toBe("canceled");
      expect(said).toContain("Waiting for the manually locked workspace to be unlocked...");
    });

    test("a run that is interrupted is no deployment", async () => {
      workspace().script = { ...APPLIED, stuck: true };
      const stop = new AbortController();
      const deployment = applyStack("registry", {
        ...options(stop.signal),
        report: (line) => {
          if (line.startsWith("Waiting for")) stop.abort(new Error("interrupted"));
        },
      });
      await expect(deployment).rejects.toThrow("interrupted");
      expect(workspace().runs[0]?.status).toBe("canceled");
    });

    test("a plan is read from HCP Terraform, for who may see it", async () => {
      workspace().script = { ...APPLIED, planJson: { resource_changes: [] } };
      expect(await planStack("registry", options())).toEqual({ resource_changes: [] });
      workspace().script = APPLIED;
      const failure = await failureOf(planStack("registry", options()));
      expect(knownErrors(failure).join("\n")).toContain('the permission "admin" on the workspace');
    });

    test("a plan in a queue says so, and is given up if it does not start", async () => {
      workspace().script = { ...APPLIED, stuck: true };
      const failure = await failureOf(planStack("registry", options()));
      expect(said).toContainEqual(expect.stringMatching(/^Waiting for/));
      expect(knownErrors(failure).join("\n")).toContain(
        `The plan of registry did not start within ${QUEUE_SECONDS} s`,
      );
    });

    test("a failed run gives its errors without colours", async () => {
      const error = "\u001b[31m╷\u001b[0m\n│ \u001b[1mError: no such thing\u001b[0m\n│ \n╵\n";
      workspace().script = { plan: error, planFails: true };
      const failure = await failureOf(applyStack("registry", options()));
      expect(failure.errors).toEqual(["no such thing"]);
    });
  });

  describe("finds the same token as the check before it", () => {
    const home = mkdtempSync(path.join(tmpdir(), "hcp-home-"));
    afterAll(() => {
      rmSync(home, { recursive: true });
    });
    const write = (file: string, text: string, mode = 0o600) => {
      mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
      writeFileSync(path.join(home, file), text, { mode });
    };
    const block = () => `credentials "${hcp.host}" { token = "${hcp.account.token}" }\n`;
    const variable = () => `TF_TOKEN_${hcp.host.replaceAll(".", "_")}`;

    test.each<[string, boolean, () => Record<string, string>]>([
      ["nowhere", false, () => ({})],
      ["in a variable with the host's port", true, () => ({ [variable()]: hcp.account.token })],
      [
        "in the file of terraform login",
        true,
        () => {
          const credentials = { [hcp.host]: { token: hcp.account.token } };
          write(".terraform.d/credentials.tfrc.json", JSON.stringify({ credentials }));
          return {};
        },
      ],
      ["hidden by an empty variable", false, () => ({ [variable()]: "" })],
      [
        "hidden by TF_CLI_CONFIG_FILE",
        false,
        () => {
          write("empty.tfrc", "disable_checkpoint = true\n");
          return { TF_CLI_CONFIG_FILE: path.join(home, "empty.tfrc") };
        },
      ],
      [
        "in TF_CLI_CONFIG_FILE, on one line between comments",
        true,
        () => {
          write("one.tfrc", `# credentials\n/* and */ ${block()}`);
          return { TF_CLI_CONFIG_FILE: path.join(home, "one.tfrc") };
        },
      ],
      [
        "known to a credentials helper",
        true,
        () => {
          const answer = JSON.stringify({ token: hcp.account.token });
          const program = ".terraform.d/plugins/terraform-credentials-vault";
          write(program, `#!/bin/sh\necho '${answer}'\n`, 0o700);
          write("helper.tfrc", 'credentials_helper "vault" {\n  args = ["-x"]\n}\n');
          return { TF_CLI_CONFIG_FILE: path.join(home, "helper.tfrc") };
        },
      ],
    ])("%s", async (_, known, prepare) => {
      const env = { HOME: home, ...prepare() };
      const token = await readToken(hcp.host, env, home);
      expect(token).toBe(known ? hcp.account.token : undefined);
      const { all, exitCode } = await execa(program, ["init", "-input=false"], {
        cwd: stackFolder("registry", folder),
        env: { PATH: environment["PATH"] ?? "", SSL_CERT_FILE: hcp.certificate, ...env },
        extendEnv: false,
        all: true,
        reject: false,
        timeout: 60_000,
      });
      if (!known) expect(all).toContain("Required token could not be found");
      expect(exitCode).toBe(known ? 0 : 1);
    });
  });

  test("a server that nobody trusts is named in Terraform's words, without colours", async () => {
    rmSync(path.join(stackFolder("registry", folder), ".terraform"), { recursive: true });
    const untrusted = { ...options(), environment: { ...variables(), SSL_CERT_FILE: "/dev/null" } };
    const failure = await failureOf(readOutputs("registry", untrusted));
    expect(failure.errors.join("\n")).toMatch(/certificate/);
    expect(failure.errors.join("\n")).not.toContain("\u001b");
  });
});
