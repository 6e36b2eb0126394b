import { describe, expect, test } from "vitest";
import { programFix } from "../../../../operations/diagnosis/program-fixes";
import { UNPRIVILEGED } from "../../../../spec/images";
import { imageUser, userIn } from "../../../../stacks/images/image-user";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

test.each([
  ["FROM debian", undefined],
  ["FROM debian\nUSER app", "app"],
  ["FROM debian\nUSER app\nUSER 0", "0"],
  ["from debian\n  user 10001:10001  ", "10001:10001"],
  ["FROM debian AS build\nUSER app\nFROM scratch", undefined],
  ["FROM debian AS build\nUSER app\nFROM ${UNKNOWN}", undefined],
  ["FROM debian AS Base\nUSER app\nFROM base", "app"],
  ["FROM --platform=linux/amd64 debian AS base\nUSER app\nFROM scratch\nFROM base\n", "app"],
  ["FROM debian\nRUN <<EOF\nUSER app\nEOF", undefined],
  ["ARG BASE=hardened\nFROM debian AS hardened\nUSER app\nFROM ${BASE}", "app"],
  ["FROM debian\n# USER app\nRUN a \\\n  USER b", undefined],
  ["FROM debian\nUSER \\\n  app", "app"],
  ['FROM debian\nUSER "app"', "app"],
  ["FROM debian\nUSER 'ap'\\p", "app"],
  ["FROM debian\nUSER app  # that of the base", "app"],
])("the Dockerfile %j sets the user %s", (dockerfile, user) => {
  expect(userIn(dockerfile)).toBe(user);
});

test("the user is that of the stage that is built, and not of the last one", () => {
  const dockerfile = "FROM debian AS Production\nUSER app\nFROM production AS debug\nUSER root";
  expect(userIn(dockerfile, "production")).toBe("app");
  expect(userIn(dockerfile)).toBe("root");
});

test.each([
  ["the default of an argument", "FROM debian\nARG NAME=root\nUSER ${NAME}", "root"],
  ["a part of the word", "FROM debian\nARG ID=0\nUSER $ID:10", "0:10"],
  ["an argument that is given", "FROM debian\nARG GIVEN=app\nUSER $GIVEN", "root"],
  ["a given one without a default", "FROM debian\nARG GIVEN\nUSER $GIVEN", "root"],
  ["one above the stages", "ARG A=root\nFROM debian\nARG B A\nUSER $A", "root"],
  ["the stage's own default first", "ARG A=x\nFROM debian\nARG A=root\nUSER $A", "root"],
  ["one that is made of another", 'FROM debian\nARG A=ro\nARG B="${A}ot"\nUSER $B', "root"],
  ["a setting", "FROM debian\nENV A=b NAME='root'\nUSER $NAME", "root"],
  ["a setting in the older form", "FROM debian\nENV NAME root\nUSER $NAME", "root"],
  ["the later of both", "FROM debian\nENV A=x\nARG A=root\nUSER $A", "root"],
  ["the later of both", "FROM debian\nARG A=x\nENV A=root\nUSER $A", "root"],
  ["a setting first, a stage on", "FROM debian AS a\nENV A=root\nARG A=x\nFROM a\nUSER $A", "root"],
  ["what an argument without a value leaves", "FROM debian\nENV A=root\nARG A\nUSER $A", "root"],
  ["an earlier one of the same line", "FROM debian\nARG A=root B=$A\nUSER $B", "root"],
  ["the value before the line", "FROM debian\nENV A=root\nENV A=x B=$A\nUSER $B", "root"],
  ["what it was at that line", "FROM debian\nENV A=root\nUSER $A\nENV A=x", "root"],
  ["what an earlier stage set", "FROM debian AS a\nENV A=root\nFROM a\nUSER $A", "root"],
  ["what an earlier stage declared", "FROM debian AS a\nARG A=root\nFROM a\nUSER $A", "root"],
  ["the word for one that nothing sets", "FROM debian\nUSER ${A-root}", "root"],
  ["the word for none", "FROM debian\nUSER ${NAME:-root}", "root"],
  ["the word for an empty one", "FROM debian\nENV A=\nUSER ${A:-root}", "root"],
  ["no word for an empty one", "FROM debian\nENV A=\nUSER ro${A-x}ot", "root"],
  ["its value before the word", "FROM debian\nENV A=root\nUSER ${A:-x}", "root"],
  ["the word for any", "FROM debian\nENV A=x\nUSER ${A:+root}", "root"],
  ["no word for an empty one", "FROM debian\nENV A=\nUSER ro${A:+x}ot", "root"],
  ["the word for an empty one", "FROM debian\nENV A=\nUSER ${A+root}", "root"],
])("a variable of the user stands for %s: %j", (_, dockerfile, user) => {
  expect(userIn(dockerfile, undefined, { GIVEN: "root" })).toBe(user);
});

test.each([
  "FROM debian AS a\nENV A=app\nFROM debian\nUSER $A",
  "ARG A=app\nFROM debian\nUSER $A",
  "FROM debian AS a\nENV A=app\nFROM ${B}\nUSER $A",
  "FROM debian\nENV A=$B\nUSER ${A}",
  "FROM debian\nENV A=$B\nUSER ${A-app}",
  "FROM debian\nENV A=$B\nUSER ${A:+app}",
  "FROM debian\nENV B=app\nUSER ${A:-${B}}",
  "FROM debian\nUSER app\nUSER ${A}",
])(
  "a user that the Dockerfile does not set is none, as the builder may take it for root: %j",
  (dockerfile) => {
    expect(userIn(dockerfile)).toBeUndefined();
    expect(imageUser(dockerfile)).toBe(UNPRIVILEGED);
  },
);

test("a base that a build argument chooses is followed", () => {
  const dockerfile =
    "ARG BASE=plain\nFROM debian AS plain\nFROM debian AS hardened\nUSER app\nFROM ${BASE}";
  expect(userIn(dockerfile, undefined, { BASE: "hardened" })).toBe("app");
  expect(userIn(dockerfile)).toBeUndefined();
});

describe("an image", () => {
  test.each(["10001:10001", "app:0", "chroot", "10", "rootless", "1:root"])(
    "runs as the user of its own, %s",
    (user) => {
      expect(imageUser(`FROM debian\nUSER ${user}`)).toBe(user);
    },
  );

  test("without one runs as the platform's", () => {
    expect(imageUser("FROM debian")).toBe(UNPRIVILEGED);
  });

  test.each(["", "root", "0", "0:0", "root:app", "'root'", '"0":app', "00", "+0", ":app", '""'])(
    "runs as the platform's with USER %s",
    (user) => {
      expect(imageUser(`FROM debian\nUSER ${user}`)).toBe(UNPRIVILEGED);
    },
  );
});

const { images, platform } = synthesize(fixture);

test("a probe runs as its task does: as the same user, without capabilities", () => {
  const users = new Map<string, unknown>();
  for (const probe of images.resources("docker_container")) {
    expect(probe["capabilities"]).toEqual({ drop: ["ALL"] });
    users.set(String(probe["name"]).replace(/^platform-(.*)-probe-use1-dev$/, "$1"), probe["user"]);
  }
  const tasks = platform.resources("aws_ecs_task_definition");
  expect(tasks.length).toBeGreaterThan(1);
  for (const { container_definitions: json } of tasks) {
    // The format of ECS.
    const containers = JSON.parse(String(json)) as Record<string, unknown>[];
    for (const { name, user, linuxParameters } of containers) {
      expect(linuxParameters).toMatchObject({ capabilities: { drop: ["ALL"] } });
      expect(user).toMatch(/^(10001:10001|65532:65532)$/);
      if (users.has(String(name))) expect([name, user]).toEqual([name, users.get(String(name))]);
    }
  }
});

test.each([
  "nginx: [emerg] mkdir() failed (13: Permission denied)",
  "chown: changing ownership of '/data': Operation not permitted",
  "Error: listen EACCES: permission denied 0.0.0.0:80",
])("a program that fails by %j is told whom it runs as", (line) => {
  const fix = programFix({ exitCode: 1, reason: "", log: [line] });
  expect(fix).toContain("without capabilities");
  expect(fix).toContain(UNPRIVILEGED);
});

test("PostgreSQL's permissions are another matter", () => {
  const log = ["ERROR: permission denied for table accounts"];
  expect(programFix({ exitCode: 1, reason: "", log })).toBeUndefined();
});
