import { execFileSync } from "node:child_process";
import { chmodSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { expect, test } from "vitest";
import { readContext } from "../../../../../stacks/images/context/context-digest";
import { contextFolder } from "../../../../support/context-folder";

const context = contextFolder({
  Dockerfile: "FROM scratch\nCOPY . .\n",
  "app/main.py": "print('one')\n",
  "tests/test_main.py": "assert True\n",
  ".dockerignore": "tests\n",
});

/** The digest of a context without problems. */
function digest(): string {
  const { digest, problems } = readContext(context.folder);
  expect(problems).toEqual([]);
  return digest;
}

const problems = () => readContext(context.folder).problems;

test("a Dockerfile counts even if it is ignored, but then without its mode", () => {
  context.write(".dockerignore", "tests\nDockerfile\n");
  const before = digest();
  chmodSync(context.path("Dockerfile"), 0o600);
  expect(digest()).toBe(before);
  context.write("Dockerfile", "FROM scratch\nUSER 1000\n");
  expect(digest()).not.toBe(before);
});

test("a Dockerfile counts with the bytes of what it leads to, even if that is ignored", () => {
  rmSync(context.path("Dockerfile"));
  context.write("tests/build/Dockerfile", "FROM scratch\n");
  symlinkSync("tests/build", context.path("linked"));
  symlinkSync("linked/Dockerfile", context.path("Dockerfile"));
  const before = digest();
  context.write("tests/build/Dockerfile", "FROM scratch\nUSER 1000\n");
  expect(digest()).not.toBe(before);
});

test("a Dockerfile counts as the builder follows it, with the context as the root of all links", () => {
  rmSync(context.path("Dockerfile"));
  symlinkSync("app/Dockerfile", context.path("Dockerfile"));
  symlinkSync(__filename, context.path("app/Dockerfile"));
  context.write(`.${__filename}`, "FROM scratch\n");
  context.write(".dockerignore", `${path.basename(__filename)}\n**/${path.basename(__filename)}\n`);
  const before = digest();
  context.write(`.${__filename}`, "FROM scratch\nUSER 1000\n");
  expect(digest()).not.toBe(before);
});

test("a Dockerfile counts through relative links in folders, and names that are not ASCII", () => {
  rmSync(context.path("Dockerfile"));
  context.write("app/bücher/Dockerfile", "FROM scratch\n");
  symlinkSync("app/linked", context.path("Dockerfile"));
  symlinkSync("bücher/Dockerfile", context.path("app/linked"));
  const before = digest();
  context.write("app/bücher/Dockerfile", "FROM scratch\nUSER 1000\n");
  expect(digest()).not.toBe(before);
});

test("a Dockerfile is found through as many links as the builder follows, and no more", () => {
  rmSync(context.path("Dockerfile"));
  context.write("links/255", "FROM scratch\n");
  for (let link = 1; link < 255; link++)
    symlinkSync(String(link + 1), context.path(`links/${link}`));
  symlinkSync("links/1", context.path("Dockerfile"));
  // Linux itself follows 40 of them.
  expect(problems()).toEqual([expect.stringContaining("leads nowhere on this machine")]);
  symlinkSync("1", context.path("links/0"));
  rmSync(context.path("Dockerfile"));
  symlinkSync("links/0", context.path("Dockerfile"));
  expect(problems()).toEqual([expect.stringContaining("leads back to itself")]);
});

test("a Dockerfile is refused if it is a socket", async () => {
  rmSync(context.path("Dockerfile"));
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(context.path("Dockerfile"), resolve);
  });
  const [problem] = problems();
  server.close();
  expect(problem).toBe(
    `${context.given("Dockerfile")} is not a file but a socket; replace it with a file`,
  );
});

test("a Dockerfile is refused if it does not exist, or is a folder, a pipe or a link to itself", () => {
  rmSync(context.path("Dockerfile"));
  expect(problems()).toEqual([`${context.given("Dockerfile")} does not exist; add it`]);
  execFileSync("mkfifo", [context.path("Dockerfile")]);
  expect(problems()).toEqual([
    `${context.given("Dockerfile")} is not a file but a named pipe; replace it with a file`,
  ]);
  rmSync(context.path("Dockerfile"));
  symlinkSync("Dockerfile", context.path("Dockerfile"));
  expect(problems()).toEqual([
    `${context.given("Dockerfile")} is a link that leads back to itself; link to a file`,
  ]);
  rmSync(context.path("Dockerfile"));
  context.write("Dockerfile/file");
  expect(problems()[0]).toContain("is not a file but a folder");
});

test.each(["nowhere", "../../Dockerfile.shared", path.resolve(__filename)])(
  "a Dockerfile is refused as a link to %s, which the builder does not find",
  (target) => {
    rmSync(context.path("Dockerfile"));
    symlinkSync(target, context.path("Dockerfile"));
    const end = path.posix.join("/", target).slice(1);
    expect(problems()).toEqual([
      `${context.given("Dockerfile")} is a link to ${end} in the build context, which does not exist; the builder follows no link out of the context, so link to a file in it`,
    ]);
  },
);

test("a Dockerfile is refused as an absolute link that only the builder finds", () => {
  renameSync(context.path("Dockerfile"), context.path("build"));
  symlinkSync("/build", context.path("Dockerfile"));
  expect(problems()).toEqual([
    `${context.given("Dockerfile")} is a link that leads nowhere on this machine; make it a relative link to a file in the build context`,
  ]);
});
