import { describe, expect, test } from "vitest";
import { type Build, buildSource, secretsOf } from "../../../../spec/service/build";
import { catalogueProblems } from "../../../../spec/service/problems";
import { fixture } from "../../../support/services";

const problems = (build: unknown) =>
  catalogueProblems({ orders: { ...fixture.orders, build } }).map((problem) =>
    problem.replace("services: orders.build", ""),
  );
const project = { project: "/project", outputs: [".platform"], secretFiles: [] };

describe("what an image is built from", () => {
  test("is the service's own folder and the Dockerfile in it", () => {
    expect(buildSource("orders", undefined, project)).toMatchObject({
      context: "services/orders",
      dockerfile: "services/orders/Dockerfile",
      secrets: [],
    });
  });

  test("is another folder with the Dockerfile in the service's own, if only the context is given", () => {
    expect(buildSource("orders", { context: "." }, project)).toMatchObject({
      context: ".",
      dockerfile: "services/orders/Dockerfile",
    });
  });

  test("is the same however its paths are written", () => {
    const written = { context: "./apps//orders/", dockerfile: "apps/../docker/Dockerfile" };
    expect(buildSource("orders", written, project)).toMatchObject({
      context: "apps/orders",
      dockerfile: "docker/Dockerfile",
    });
  });
});

test("a secret is read from the variable of its name, or from the place that is given", () => {
  expect(secretsOf({ secrets: ["NPM_TOKEN"] })).toEqual([
    { id: "NPM_TOKEN", variable: "NPM_TOKEN" },
  ]);
  expect(secretsOf({ secrets: { npmrc: { file: ".npmrc" }, git: { variable: "TOKEN" } } })).toEqual(
    [
      { id: "npmrc", file: ".npmrc" },
      { id: "git", variable: "TOKEN" },
    ],
  );
});

test.each<Build>([
  { context: "." },
  { context: "apps/..", dockerfile: "docker/orders.Dockerfile", target: "Production-1.2" },
  { context: "..data" },
  { cache: true },
  { cache: false },
  { secrets: ["NPM_TOKEN", "_X"] },
  { secrets: { "npm-rc.v2": { file: "config/.npmrc" }, token: { variable: "NPM_TOKEN" } } },
])("%j is right", (build) => {
  expect(problems(build)).toEqual([]);
});

test.each<[unknown, string]>([
  ["services", ' is "services"; it must be how the image is built: {'],
  [{ file: "Dockerfile" }, ".file is not a setting"],
  [{ dockerFile: "Dockerfile" }, ".dockerFile is not a setting; did you mean dockerfile?"],
  [{ context: "" }, '.context is ""; it must be a folder of the project'],
  [{ context: ".." }, '.context is ".."; it must be a path in the project, relative to the folder'],
  [
    { context: "apps/../../other" },
    '.context is "apps/../../other"; it must be a path in the proj',
  ],
  [{ context: "/srv/app" }, '.context is "/srv/app"; it must be a path in the project'],
  [
    { dockerfile: "../Dockerfile" },
    '.dockerfile is "../Dockerfile"; it must be a path in the proj',
  ],
  [{ context: "a\0" }, '.context is "a\\u0000"; it must be a path in the project'],
  [{ cache: "yes" }, '.cache is "yes"; it must be true or false'],
  [{ target: 0 }, ".target is 0; it must be the name of a stage"],
  [{ target: "0" }, '.target is "0"; it must be the name of a stage: a letter, then'],
  [{ arguments: { VERSION: 1 } }, '.arguments.VERSION is 1; it must be text: "1"'],
  [{ arguments: { "A=B": "" } }, ".arguments sets A=B; a name must be letters, digits and _"],
  [{ secrets: ["A", "A"] }, ".secrets names a secret twice"],
  [{ secrets: ["A,env=B"] }, '.secrets names "A,env=B"; a name must be a letter or _'],
  [
    { secrets: ["npm-token"] },
    '.secrets reads npm-token from the variable "npm-token"; a variable',
  ],
  [
    { secrets: { a: { file: "/run/secret" } } },
    '.secrets reads a from the file "/run/secret"; it mu',
  ],
  [
    { secrets: { a: { file: "../x" } } },
    '.secrets reads a from the file "../x"; it must be a path',
  ],
  [
    { secrets: { a: { file: "x,id=b" } } },
    '.secrets reads a from the file "x,id=b"; it must be a pa',
  ],
])("%j is refused with the value and the rule", (build, message) => {
  const found = problems(build);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(message);
});

test.each([
  [{ NPM_TOKEN: "npm_s3cr3t" }],
  [{ NPM_TOKEN: { value: "npm_s3cr3t" } }],
  [{ NPM_TOKEN: { file: "a", variable: "npm_s3cr3t" } }],
  ["npm_s3cr3t"],
  [{ NPM_TOKEN: undefined }],
])("the secrets %j are refused without a word of what they are", (secrets) => {
  const [found = "", ...others] = problems({ secrets });
  expect(others).toEqual([]);
  expect(found).toContain(".secrets must be names, or the place of each");
  expect(found).not.toContain("s3cr3t");
});

test("all mistakes of a build are reported together", () => {
  expect(problems({ context: "/", dockerfile: "..", target: "-", secrets: ["="] })).toHaveLength(4);
});
