import { beforeEach, expect, test, vi } from "vitest";
import { contextFolder } from "../../../../support/context-folder";

/** Operations that fail, by their name and the end of the path. Root may read everything, so they are made to. */
const failures = vi.hoisted(() => new Map<string, string>());

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  type Operation = "openSync" | "lstatSync" | "readFileSync" | "readdirSync";
  const failing = <O extends Operation>(operation: O): (typeof fs)[O] => {
    const real = fs[operation] as (file: string, ...rest: unknown[]) => unknown;
    return ((file: string, ...rest: unknown[]) => {
      for (const [failure, code] of failures) {
        const [name, end = ""] = failure.split(" ");
        if (name === operation && file.endsWith(end))
          throw code ? Object.assign(new Error(code), { code }) : new Error("a defect");
      }
      return real(file, ...rest);
      // It has the parameters of the real one, whose overloads TypeScript cannot follow.
    }) as unknown as (typeof fs)[O];
  };
  return {
    ...fs,
    openSync: failing("openSync"),
    lstatSync: failing("lstatSync"),
    readFileSync: failing("readFileSync"),
    readdirSync: failing("readdirSync"),
    readSync: ((...given: Parameters<typeof fs.readSync>) =>
      failures.has("readSync") ? 0 : fs.readSync(...given)) as typeof fs.readSync,
  };
});

const { readContext } = await import("../../../../../stacks/images/context/context-digest");

const context = contextFolder({
  Dockerfile: "FROM scratch\n",
  ".dockerignore": "tests\nkeys\n!keys/*.pub\n",
  "app/main.py": "one",
  "keys/private": "secret",
  "tests/test_main.py": "assert True",
});
const problems = () => readContext(context.folder).problems;

beforeEach(() => {
  failures.clear();
});

test("an unreadable file is refused, because the builder would send it empty", () => {
  failures.set("openSync app/main.py", "EACCES");
  expect(problems()).toEqual([
    `${context.given("app/main.py")} cannot be read (EACCES), and would be missing or empty in the image; make it and its folder readable (chmod u+rX), or exclude it in .dockerignore`,
  ]);
});

test("an unreadable folder is refused", () => {
  failures.set("readdirSync app", "EACCES");
  expect(problems()).toEqual([
    `${context.given("app")} cannot be listed (EACCES), and would be missing or empty in the image; make it and its folder readable (chmod u+rX), or exclude it in .dockerignore`,
  ]);
});

test("an unreadable Dockerfile and an unreadable ignore file are refused together", () => {
  failures.set("openSync Dockerfile", "EACCES");
  failures.set("lstatSync /.dockerignore", "EACCES");
  expect(problems()).toEqual([
    expect.stringContaining(`${context.given("Dockerfile")} cannot be read (EACCES)`),
    `${context.given(".dockerignore")} cannot be read (EACCES); make its folder readable (chmod +rx)`,
  ]);
});

test.each([
  ["readFileSync", "EPERM", "make it readable (chmod +r)"],
  ["readFileSync", "EIO", "check its disk"],
  ["lstatSync", "EIO", "check its disk"],
])("%s of the ignore file with %s is refused with what mends it", (operation, code, fix) => {
  failures.set(`${operation} /.dockerignore`, code);
  expect(problems()).toEqual([
    `${context.given(".dockerignore")} cannot be read (${code}); ${fix}`,
  ]);
});

test.each([
  "openSync tests/test_main.py",
  "readdirSync tests",
  "lstatSync tests",
  // The builder looks into this one for the public keys.
  "readdirSync keys",
  "lstatSync keys/private",
  "openSync keys/private",
])("what is ignored may be closed to this user: %s", (operation) => {
  const before = readContext(context.folder).digest;
  failures.set(operation, "EACCES");
  expect(readContext(context.folder)).toEqual({ digest: before, problems: [] });
});

test("an ignored folder that the builder looks into must not fail otherwise", () => {
  failures.set("readdirSync keys", "EIO");
  expect(problems()).toEqual([
    expect.stringContaining(`${context.given("keys")} cannot be listed (EIO)`),
  ]);
});

test("an error that is not of the system is a defect, and is not taken for a problem", () => {
  failures.set("openSync app/main.py", "");
  expect(() => problems()).toThrow("a defect");
});

test("a folder that no rule includes anything of is not even listed", () => {
  context.write(".dockerignore", "tests\n!app\n");
  failures.set("readdirSync tests", "EIO");
  expect(problems()).toEqual([]);
});

test.each([
  ["openSync app/main.py", "ENOENT", "app/main.py changed while it was read"],
  ["openSync app/main.py", "ENXIO", "app/main.py changed while it was read"],
  ["openSync app/main.py", "ELOOP", "app/main.py changed while it was read"],
  ["lstatSync app/main.py", "ENOENT", "app/main.py changed while it was read"],
  ["readdirSync app", "ENOTDIR", "app changed while it was listed"],
])("%s with %s is refused as a change", (operation, code, problem) => {
  failures.set(operation, code);
  expect(problems()).toEqual([`${context.given("")}/${problem} (${code}); run the command again`]);
});

test("a file that becomes shorter is refused as a change", () => {
  failures.set("readSync", "");
  expect(problems()).toContain(
    `${context.given("app/main.py")} changed while it was read (EOF); run the command again`,
  );
});

test("a failing disk is refused with the file's name", () => {
  failures.set("openSync app/main.py", "EIO");
  expect(problems()).toEqual([
    `${context.given("app/main.py")} cannot be read (EIO); check its disk, or exclude it in .dockerignore`,
  ]);
});
