import { describe, expect, test } from "vitest";
import { imageNames, repositoryNames } from "../../../../spec/images";
import { catalogueProblems } from "../../../../spec/service/problems";
import { quotaProblems } from "../../../../spec/service/quota-problems";
import { rolloutOf } from "../../../../spec/service/kinds";
import { taskSecrets } from "../../../../spec/service/secrets";
import { buildOf, sidecarOfImage } from "../../../../spec/service/sidecars";
import type { Sidecar } from "../../../../spec/service/spec";
import type { Tasks } from "../../../../spec/service/tasks";
import { readConfig } from "../../../../project";
import { environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";

const folder = "sidecars/otel";
const web = { ...fixture.web, calls: [] };

/** The problems of a service with these sidecars. */
const problemsOf = (sidecars: unknown, words: object = {}) =>
  catalogueProblems({ web: { ...web, ...words, sidecars } });

test("a catalogue without sidecars is as it was", () => {
  expect(problemsOf({})).toEqual([]);
  expect(imageNames({ web })).toEqual(["ready", "web"]);
});

test("a sidecar has an image and a repository, whose name no service can have", () => {
  const services = { web: { ...web, sidecars: { otel: { folder } } } };
  expect(imageNames(services)).toEqual(["ready", "web", "web_otel"]);
  expect(repositoryNames(services, readConfig().config)).toContain("web_otel");
  expect(catalogueProblems({ web_otel: web })).toHaveLength(1);
  expect(sidecarOfImage("web_otel", services)).toMatchObject({ service: "web", name: "otel" });
  expect(sidecarOfImage("web", services)).toBeUndefined();
});

test("its image is built by the Dockerfile in its folder", () => {
  const services = { web: { ...web, sidecars: { otel: { folder } } } };
  expect(buildOf("web_otel", services)).toEqual({
    context: folder,
    dockerfile: "sidecars/otel/Dockerfile",
  });
});

test.each([
  ["no folder", { otel: {} }, "web.sidecars.otel.folder is not set; it must be a folder"],
  ["no sidecar", { otel: true }, "web.sidecars.otel is true; it must be a sidecar: { folder"],
  ["a list", [{ folder }], 'web.sidecars is [{"folder":"sidecars/otel"}]; it must be sidecars'],
  ["an unknown word", { otel: { folder, port: 1 } }, "web.sidecars.otel.port is not a setting"],
  ["a health path", { otel: { folder, health: "/" } }, "web.sidecars.otel.health is"],
  ["a name that no container has", { "O T": { folder } }, 'web.sidecars has the name "O T", which'],
  ["the service's name", { web: { folder } }, "web.sidecars.web has the name of the service's own"],
  ["a name of the platform's", { ready: { folder } }, "web.sidecars.ready has a name that is res"],
  ["a part of an image", { probe: { folder } }, "web.sidecars.probe has a name that is reserved"],
  ["a repository's", { lifecycle: { folder } }, "web.sidecars.lifecycle has a name that is res"],
  ["a folder outside", { otel: { folder: "../x" } }, 'web.sidecars.otel.folder is "../x"; it must'],
  ["an absolute folder", { otel: { folder: "/x" } }, 'web.sidecars.otel.folder is "/x"; it must'],
  [
    "a reserved variable",
    { otel: { folder, environment: { PORT: "1" } } },
    "environment sets PORT",
  ],
  [
    "a name twice",
    { otel: { folder, secrets: ["A", "A"] } },
    "sidecars.otel.secrets names A twice",
  ],
  [
    "a variable and a secret of one name",
    { otel: { folder, secrets: ["A"], environment: { A: "1" } } },
    "web.sidecars.otel.environment sets A, but so does secrets; rename one of them",
  ],
  [
    "a folder that hides the container's",
    { otel: { folder, files: { writable: ["/proc"] } } },
    'web.sidecars.otel.files.writable names "/proc", which would hide',
  ],
  [
    "too much memory for files",
    { otel: { folder, files: { tmpMiB: 250 } } },
    "web.files is too large: the 2 writable folders of it and its sidecars may fill 314 MiB",
  ],
  [
    "a stop that Fargate does not allow",
    { otel: { folder, limits: { stopSeconds: 121 } } },
    "web.sidecars.otel.limits.stopSeconds is 121",
  ],
])("%s is refused", (_, sidecars, problem) => {
  expect(problemsOf(sidecars)).toEqual([expect.stringContaining(problem)]);
});

test("a job has none: Step Functions would take the end of one for a failure of the run", () => {
  const job = { schedule: { everyMinutes: 60 }, size: web.size };
  expect(catalogueProblems({ job: { ...job, sidecars: { otel: { folder } } } })).toEqual([
    "services: job.sidecars is a word of a service or a worker, but this is a job, because it has a schedule; remove it",
  ]);
  expect(catalogueProblems({ job })).toEqual([]);
});

test("the repository of one that leaves is kept until its tasks are gone", () => {
  const { config, problems } = readConfig({ PLATFORM_KEPT_REPOSITORIES: "web_otel,orders" });
  expect(problems).toEqual([]);
  expect(repositoryNames({ web }, config)).toContain("web_otel");
  expect(readConfig({ PLATFORM_KEPT_REPOSITORIES: "web_otel_x" }).problems).toHaveLength(1);
});

test("six are refused, because a task has ten containers", () => {
  const many = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`side-${at}`, { folder, files: { tmpMiB: 16 } }]),
    );
  expect(problemsOf(many(5))).toEqual([]);
  expect(problemsOf(many(6))).toEqual([
    "services: web.sidecars has 6; a task has room for 5: AWS allows ten containers in it, and the platform may need five",
  ]);
});

describe("secrets", () => {
  const ARN = "arn:aws:ssm:us-east-1:123456789012:parameter/acme/token";
  const { config } = readConfig();

  test("of a service and its sidecars are one by name, in the place of the service's", () => {
    const otel: Sidecar = { folder, secrets: ["TOKEN", "OTHER"] };
    expect(taskSecrets("web", { secrets: ["TOKEN"], sidecars: { otel } }, config)).toEqual([
      { name: "TOKEN", parameter: "/platform-dev/web/TOKEN" },
      { name: "OTHER", parameter: "/platform-dev/web/OTHER" },
    ]);
  });

  test("of one name in two places are refused", () => {
    expect(
      problemsOf({ otel: { folder, secrets: { TOKEN: ARN } } }, { secrets: ["TOKEN"] }),
    ).toEqual([
      "services: web.sidecars.otel.secrets gives TOKEN another place than the service or another sidecar does; rename one of them",
    ]);
    expect(problemsOf({ otel: { folder, secrets: ["TOKEN"] } }, { secrets: ["TOKEN"] })).toEqual(
      [],
    );
  });
});

test("the quota of a task definition counts what sidecars are given", () => {
  const beside = (length: number) => ({
    web: { ...web, sidecars: { otel: { folder, environment: { TEXT: "x".repeat(length) } } } },
  });
  expect(quotaProblems(beside(46_000), {})).toEqual([]);
  expect(quotaProblems(beside(48_000), {})).toEqual([
    expect.stringContaining("bytes of web's task definition"),
  ]);
});

test("a deployment waits for sidecars: at its start for the slowest, at its end for the slowest", () => {
  const plain = rolloutOf(web);
  const health = { command: ["/check"] } as const;
  const sidecars = {
    quick: { folder, health, limits: { startSeconds: 5, stopSeconds: 1 } },
    slow: { folder, health, limits: { startSeconds: 30, stopSeconds: 60 } },
  };
  expect(rolloutOf({ ...web, sidecars })).toMatchObject({
    startSeconds: plain.startSeconds + 45,
    killSeconds: plain.killSeconds + 60,
  });
});

describe("an environment", () => {
  const sidecars = { otel: { folder, environment: { A: "1", B: "2" }, secrets: ["TOKEN"] } };
  const catalogue = { web: { ...web, sidecars } };
  const read = (values: unknown) => {
    // Wrong ones, too.
    const web = { sidecars: values as NonNullable<Tasks["sidecars"]> };
    return readConfig({}, environmentsWith({ services: { web } }), catalogue);
  };

  test("adds to the variables of a sidecar, and replaces those of the same name", () => {
    const { services, problems } = read({ otel: { environment: { B: "3", C: "4" } } });
    expect(problems).toEqual([]);
    expect(services["web"]?.sidecars).toEqual({
      otel: { ...sidecars.otel, environment: { A: "1", B: "3", C: "4" } },
    });
    expect(read({}).services["web"]?.sidecars).toEqual(sidecars);
  });

  test.each([
    [{ otle: { environment: {} } }, 'services.web.sidecars names "otle", which is no sidecar'],
    [{ otel: { environment: { PORT: "1" } } }, "web.sidecars.otel.environment sets PORT"],
    [{ otel: { environment: { TOKEN: "1" } } }, "web.sidecars.otel.environment sets TOKEN, but so"],
    [{ otel: { folder: "x" } }, "services.web.sidecars.otel.folder is not a setting"],
  ])("is refused: %j", (values, problem) => {
    expect(read(values).problems.join("\n")).toContain(problem);
  });
});
