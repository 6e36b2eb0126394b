import { readFileSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  type Build,
  buildSource,
  folderSource,
  secretFilesOf,
} from "../../../../spec/service/build";
import { UNPRIVILEGED } from "../../../../spec/images";
import {
  BuildContext,
  buildContexts,
  contextProblems,
} from "../../../../stacks/images/build-context";
import { contextFolder } from "../../../support/context-folder";
import { fixture } from "../../../support/services";

const { web, orders } = fixture;
const services = { web, orders };
const root = contextFolder({
  "web/Dockerfile": "FROM scratch\n",
  "orders/Dockerfile": "FROM scratch\n",
});
const contexts = () => buildContexts((service) => folderSource(root.path(service)));
const here = { promoteFrom: undefined };

describe("the problems of the contexts", () => {
  test("there are none in the fixture's and the platform's own", () => {
    expect(contextProblems(here, services, contexts())).toEqual([]);
  });

  test("those of all services are reported together", () => {
    root.write("web/.dockerignore", "[a\n");
    root.write("orders/.dockerignore", "!\n[b\n");
    expect(contextProblems(here, services, contexts())).toEqual([
      expect.stringContaining(`services: ${root.given("web/.dockerignore")} line 1`),
      expect.stringContaining(`services: ${root.given("orders/.dockerignore")} line 1`),
      expect.stringContaining(`services: ${root.given("orders/.dockerignore")} line 2`),
    ]);
  });

  test("a missing folder is reported as its missing Dockerfile", () => {
    expect(contextProblems(here, { nowhere: orders }, contexts())).toEqual([
      `services: ${root.given("nowhere/Dockerfile")} does not exist; add it`,
    ]);
  });

  test.each(["a\0b", "", "../../etc"])("no folder is read for the refused name %j", (name) => {
    expect(contextProblems(here, { [name]: orders }, contexts())).toEqual([]);
  });

  test("of many alike, ten are shown", () => {
    for (let index = 0; index < 10; index++)
      symlinkSync(Buffer.from([0xff]), root.path(`web/link-${index}`));
    expect(contextProblems(here, services, contexts())).toHaveLength(10);
    for (const index of [10, 11]) symlinkSync(Buffer.from([0xff]), root.path(`web/link-${index}`));
    const found = contextProblems(here, services, contexts());
    expect(found).toHaveLength(11);
    expect(found.at(-1)).toBe(`services: ${root.given("web")} has 2 more problems`);
  });

  test("an environment that promotes its images needs no context", () => {
    const promoteFrom = { environment: "staging" };
    expect(contextProblems({ promoteFrom }, { nowhere: orders }, contexts())).toEqual([]);
  });
});

test("a context is read once, for its problems and its digest alike", () => {
  const context = contexts()("web");
  expect(context.problems()).toEqual([]);
  root.write("web/Dockerfile", "FROM scratch\nUSER 1000\n");
  expect(context.digest()).not.toBe(new BuildContext(context.source).digest());
});

test("a context with problems has no digest, but a message with a line for each", () => {
  root.write("web/.dockerignore", "[a\n!\n");
  const of = (line: number) => `${root.given("web/.dockerignore")} line ${line}: `;
  expect(() => contexts()("web").digest()).toThrow(
    new RegExp(`^${of(1)}the pattern "\\[a" is malformed.*\n${of(2)}"!" names nothing`),
  );
});

test("without a Dockerfile the user is the platform's, and its absence is the only problem", () => {
  const source = { ...folderSource(root.path("nowhere")), target: "runtime" };
  const context = new BuildContext(source);
  expect(context.user()).toBe(UNPRIVILEGED);
  expect(context.problems()).toEqual([
    `${root.given("nowhere/Dockerfile")} does not exist; add it`,
  ]);
});

test("a Dockerfile without a stage is the builder's to refuse, where none is named", () => {
  root.write("web/Dockerfile", "");
  expect(contexts()("web").problems()).toEqual([]);
});

test("the platform's own images have contexts in the platform's folder", () => {
  expect(contexts()("ready").folder).toBe(path.resolve("stacks/platform/ready"));
});

describe("a build in a project", () => {
  const project = contextFolder({
    "services/web/Dockerfile":
      "FROM scratch AS base\nUSER app\nFROM base AS production\nFROM base AS Debug\n",
    "apps/web/main.ts": "main();\n",
    "apps/other/main.ts": "other();\n",
    ".dockerignore": ".platform\n",
  });
  /** The contexts of a build, beside others. */
  const contextsIn = (build: Build, ...others: Build[]) =>
    buildContexts((service) =>
      buildSource(service, build, {
        project: project.folder,
        outputs: [".platform", "cdktf.out"],
        secretFiles: secretFilesOf([build, ...others]),
      }),
    );
  const problemsOf = (build: Build, ...others: Build[]) =>
    contextProblems(here, { web: { ...web, build } }, contextsIn(build, ...others));
  const digestOf = (build: Build) => contextsIn(build)("web").digest();
  const at = (entry: string) => path.relative(".", project.path(entry));

  test("may have its context elsewhere, and its Dockerfile outside of it", () => {
    const build = { context: "apps/web" };
    expect(problemsOf(build)).toEqual([]);
    const before = digestOf(build);
    project.write("apps/other/main.ts", "changed();\n");
    expect(digestOf(build)).toBe(before);
    project.write("services/web/Dockerfile", "FROM scratch\n");
    expect(digestOf(build)).not.toBe(before);
  });

  test.each<[string, Build]>([
    ["another stage", { target: "production" }],
    ["another context with the same files", { context: "apps/copy" }],
    ["another Dockerfile with the same text", { dockerfile: "docker/Dockerfile" }],
    ["a secret", { secrets: ["NPM_TOKEN"] }],
    ["another place of a secret", { secrets: { NPM_TOKEN: { variable: "OTHER" } } }],
  ])("with %s is another one", (_, words) => {
    const plain: Build = { context: "apps/web" };
    project.write("apps/copy/main.ts", "main();\n");
    project.write("docker/Dockerfile", readFileSync(project.path("services/web/Dockerfile")));
    expect(digestOf({ ...plain, ...words })).not.toBe(digestOf(plain));
  });

  test("is the same whatever its secrets are", () => {
    const secret = { context: "apps/web", secrets: { npmrc: { file: "npmrc" } } };
    project.write("npmrc", "one");
    const before = digestOf(secret);
    project.write("npmrc", "two");
    expect(digestOf(secret)).toBe(before);
  });

  test("has no missing folder, and no file in place of one", () => {
    expect(problemsOf({ context: "apps/wbe" })).toEqual([
      `services: ${at("apps/wbe")} does not exist; create this folder, or correct build.context`,
    ]);
    expect(problemsOf({ context: "apps/web/main.ts" })).toEqual([
      `services: ${at("apps/web/main.ts")} is not a folder, but a build context must be one; correct build.context`,
    ]);
    expect(problemsOf({ context: "apps/web", dockerfile: "apps/web/Dockerfile" })).toEqual([
      `services: ${at("apps/web/Dockerfile")} does not exist; add it`,
    ]);
  });

  test("that leads out of the project is not read: the catalogue refuses it", () => {
    expect(problemsOf({ context: ".." })).toEqual([]);
    expect(problemsOf({ dockerfile: "/etc/passwd" })).toEqual([]);
  });

  test("ends with a stage that the Dockerfile has, in any letters", () => {
    expect(problemsOf({ target: "PRODUCTION" })).toEqual([]);
    expect(problemsOf({ target: "prod" })).toEqual([
      'services: build.target "prod" is no stage of services/web/Dockerfile; it has base, production, debug',
    ]);
    project.write("services/web/Dockerfile", "FROM scratch\n");
    expect(problemsOf({ target: "prod" })).toEqual([
      'services: build.target "prod" is no stage of services/web/Dockerfile; none of its stages has a name (FROM … AS name)',
    ]);
  });

  test("runs as the user of its stage", () => {
    project.write(
      "services/web/Dockerfile",
      "FROM scratch AS production\nUSER app\nFROM scratch AS debug\nUSER root\n",
    );
    expect(contextsIn({ target: "production" })("web").user()).toBe("app");
    expect(contextsIn({})("web").user()).toBe(UNPRIVILEGED);
  });

  test("takes the ignore file beside its Dockerfile before the context's", () => {
    const build = { context: "." };
    project.write(".dockerignore", "[a\n");
    expect(problemsOf(build)).toEqual([expect.stringContaining(`${at(".dockerignore")} line 1`)]);
    project.write("services/web/Dockerfile.dockerignore", "*\n!apps/web\n");
    expect(problemsOf(build)).toEqual([]);
    const before = digestOf(build);
    project.write("apps/other/main.ts", "changed();\n");
    expect(digestOf(build)).toBe(before);
    project.write("apps/web/main.ts", "changed();\n");
    expect(digestOf(build)).not.toBe(before);
  });

  describe("of the whole project", () => {
    const whole = { context: "." };
    const changes = (output: string, ignoreFile: string) =>
      `services: ${at(output)} is in a build context, but each run changes it, and would build the image again; add the line ${output} at the end of ${at(ignoreFile)}`;

    test("must ignore each folder that its own runs write, also before the first one", () => {
      expect(problemsOf(whole)).toEqual([changes("cdktf.out", ".dockerignore")]);
      project.write(".dockerignore", "node_modules\n");
      project.write(".platform/cdktf.out/cdk.tf.json");
      expect(problemsOf(whole)).toEqual([
        changes(".platform", ".dockerignore"),
        changes("cdktf.out", ".dockerignore"),
      ]);
      rmSync(project.path(".dockerignore"));
      expect(problemsOf(whole)).toHaveLength(2);
    });

    test("is mended by the line that the message gives", () => {
      project.write(".dockerignore", "*\n!*\n");
      expect(problemsOf(whole)).toHaveLength(2);
      project.write(".dockerignore", "*\n!*\n.platform\ncdktf.out\n");
      expect(problemsOf(whole)).toEqual([]);
    });

    test("must not let a part of such a folder through", () => {
      project.write(".platform/state/registry.tfstate");
      project.write(".dockerignore", ".platform\ncdktf.out\n!**/*.tfstate\n");
      expect(problemsOf(whole)).toEqual([changes(".platform", ".dockerignore")]);
    });

    test("must ignore a file that holds a secret of a build, be it another service's", () => {
      const build = { ...whole, secrets: { npmrc: { file: "config/npmrc" } } };
      project.write(".dockerignore", ".platform\ncdktf.out\n");
      const problem = `services: ${at("config/npmrc")} is in a build context, but it is a secret of a build, which must be in no image; add the line config/npmrc at the end of ${at(".dockerignore")}`;
      expect(problemsOf(build)).toEqual([problem]);
      expect(problemsOf(whole, build)).toEqual([problem]);
      project.write("config/npmrc", "secret");
      expect(problemsOf(build)).toEqual([problem]);
      project.write(".dockerignore", ".platform\ncdktf.out\nconfig\n");
      expect(problemsOf(build)).toEqual([]);
      expect(problemsOf({ ...build, context: "apps" })).toEqual([]);
    });
  });
});
