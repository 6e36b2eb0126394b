import { chmodSync } from "node:fs";
import { expect, test } from "vitest";
import { type Build, buildSource } from "../../../../spec/service/build";
import { secretProblems } from "../../../../stacks/images/build-secrets";
import { contextFolder } from "../../../support/context-folder";
import { fixture } from "../../../support/services";

const project = contextFolder({ npmrc: "//registry.npmjs.org/:_authToken=s3cr3t\n" });

interface Where {
  readonly promoteFrom?: { readonly environment: string };
}

function problems(secrets: Build["secrets"], env = {}, { promoteFrom }: Where = {}): string[] {
  const build = secrets && { secrets };
  const services = { web: { ...fixture.web, ...(build && { build }) }, orders: fixture.orders };
  const sourceOf = (service: string) =>
    buildSource(service, service === "web" ? build : {}, {
      project: project.folder,
      outputs: [],
      secretFiles: [],
    });
  return secretProblems({ promoteFrom }, services, sourceOf, env);
}

test("a build has its secrets in the environment and in files", () => {
  const secrets = { token: { variable: "NPM_TOKEN" }, npmrc: { file: "npmrc" } };
  expect(problems(secrets, { NPM_TOKEN: "s3cr3t" })).toEqual([]);
  expect(problems(undefined)).toEqual([]);
});

test("a variable that is not set, or is empty as one that a pipeline lacks, is refused", () => {
  expect(problems(["NPM_TOKEN"])).toEqual([
    "services: web.build.secrets: the variable NPM_TOKEN is not set; set it where the image is built: export NPM_TOKEN=…",
  ]);
  expect(problems(["NPM_TOKEN"], { NPM_TOKEN: "" })).toEqual([
    expect.stringContaining("the variable NPM_TOKEN is empty; set it"),
  ]);
});

test("a file that does not exist, is none, or is larger than BuildKit takes, is refused", () => {
  project.write("large", "s3cr3t".repeat(100_000));
  const found = problems({ a: { file: "nowhere" }, b: { file: "." }, c: { file: "large" } });
  expect(found).toEqual([
    expect.stringContaining("the file nowhere does not exist; write it where the image is built"),
    expect.stringContaining(". is not a file; write the secret into one"),
    expect.stringContaining("the file large has 600000 bytes, and BuildKit takes at most 512000"),
  ]);
  expect(found.join()).not.toContain("s3cr3t");
});

test.skipIf(process.getuid?.() === 0)("a file that this user may not read is refused", () => {
  chmodSync(project.path("npmrc"), 0);
  expect(problems({ npmrc: { file: "npmrc" } })).toEqual([
    expect.stringContaining("the file npmrc cannot be read; make it readable"),
  ]);
});

test("an environment that takes its images from another one needs no secret", () => {
  expect(problems(["NPM_TOKEN"], {}, { promoteFrom: { environment: "staging" } })).toEqual([]);
});
