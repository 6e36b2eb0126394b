import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { isMainThread } from "node:worker_threads";
import { Readable } from "node:stream";
import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import {
  DeleteParametersCommand,
  DescribeParametersCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { type MockInstance, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { secret } from "../../../commands/secret";
import * as project from "../../../project";
import { PROJECT_FOLDER } from "../../../project";
import { awsError } from "../../support/preflight";
import { hearLines, run } from "../../support/command";
import { fixture } from "../../support/services";

const VALUE = "sesame-of-the-test";
const services = { ...fixture, web: { ...fixture.web, secrets: ["STRIPE_KEY", "OTHER"] } };
const { readConfig } = project;
const stdin = Object.getOwnPropertyDescriptor(process, "stdin");

let heard: ReturnType<typeof hearLines>;
/** What is written past the console. */
let writes: MockInstance[];
/** Every request to AWS. */
let sent: unknown[];
/** The names of the parameters that are there. */
let parameters: string[];

beforeEach(() => {
  heard = hearLines();
  writes = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockReturnValue(true),
  );
  sent = [];
  parameters = [];
  vi.spyOn(project, "readConfig").mockImplementation((env) => ({ ...readConfig(env), services }));
  vi.spyOn(SSMClient.prototype, "send").mockImplementation((command) => {
    sent.push(command);
    return command instanceof DescribeParametersCommand
      ? { Parameters: parameters.map((Name) => ({ Name })) }
      : {};
  });
  vi.spyOn(ECSClient.prototype, "send").mockImplementation((command) => {
    sent.push(command);
    const deployment = { id: "new", status: "PRIMARY", rolloutState: "COMPLETED" };
    const service = { deployments: [deployment] };
    return { service, services: [service] };
  });
  given(VALUE);
});
afterEach(() => {
  if (stdin) Object.defineProperty(process, "stdin", stdin);
});

/** What a pipe has. */
function given(text: string): void {
  Object.defineProperty(process, "stdin", {
    value: Readable.from([Buffer.from(text)]),
    configurable: true,
  });
}

function everythingSaid(): string {
  const written = writes.flatMap(({ mock }) => mock.calls.flat().map(String));
  return [...heard.out, ...heard.err, ...written].join("\n");
}

describe("secret set", () => {
  test("sets what the standard input has, for one service of one environment", async () => {
    await run(secret, "set", "dev", "web", "STRIPE_KEY");
    expect(sent.map((command) => (command as PutParameterCommand).input)).toEqual([
      expect.objectContaining({ Name: "/platform-dev/web/STRIPE_KEY", Value: VALUE }),
    ]);
    expect(heard.out).toEqual([
      "STRIPE_KEY of web is set in dev.",
      "Tasks that start from now on have it; --restart replaces the running ones.",
    ]);
  });

  test("with --restart also replaces the service's tasks; without it, none", async () => {
    await run(secret, "set", "dev", "web", "STRIPE_KEY", "--restart");
    expect(sent.filter((each) => each instanceof UpdateServiceCommand)).toHaveLength(1);
    expect(heard.out.at(-1)).toBe("web runs with the secret.");
    sent = [];
    given(VALUE);
    await run(secret, "set", "dev", "web", "STRIPE_KEY");
    expect(sent.filter((each) => each instanceof UpdateServiceCommand)).toEqual([]);
  });

  test.each(["pr-7", "preview"])("in %s says that all previews share it", async (suffix) => {
    await run(secret, "set", suffix, "web", "STRIPE_KEY");
    expect(heard.out[0]).toBe("STRIPE_KEY of web is set in all previews.");
    expect(sent.map((command) => (command as PutParameterCommand).input.Name)).toEqual([
      "/platform-preview/web/STRIPE_KEY",
    ]);
  });

  test("gives the value to the request that sets it, and to nothing else", async () => {
    await run(secret, "set", "dev", "web", "STRIPE_KEY", "--restart");
    const puts = sent.filter((each) => each instanceof PutParameterCommand);
    const others = sent.filter((each) => !(each instanceof PutParameterCommand));
    expect(puts.map(({ input }) => input.Value)).toEqual([VALUE]);
    expect(
      JSON.stringify(others.map((each) => (each as UpdateServiceCommand).input)),
    ).not.toContain(VALUE);
    expect(everythingSaid()).not.toContain(VALUE);
  });

  test("does not say the value when AWS refuses it, even if AWS does", async () => {
    vi.spyOn(SSMClient.prototype, "send").mockImplementation(() => {
      throw awsError("ValidationException", `${VALUE} is wrong`);
    });
    const failed = await run(secret, "set", "dev", "web", "STRIPE_KEY").catch(String);
    expect(failed).toContain("STRIPE_KEY of web could not be set");
    expect(String(failed) + everythingSaid()).not.toContain(VALUE);
  });

  test.each([
    [["dev", "web", "STRIPE_KEY", VALUE]],
    [["dev", "web", "STRIPE_KEY", `--value=${VALUE}`]],
    [["dev", "web", "STRIPE_KEY", "--value", VALUE]],
    [["dev", "web", "STRIPE_KEY", `-----BEGIN ${VALUE}`]],
    [["dev", "web", `STRIPE_KEY=${VALUE}`]],
    [["dev", "web", VALUE]],
  ])("refuses a value among its arguments, without repeating it: %j", async (args) => {
    const refusal = await run(secret, "set", ...args).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: "Refusal" });
    const { message, fix } = refusal as { message: string; fix: string };
    expect([message, fix, everythingSaid()].join("\n")).not.toContain(VALUE);
    expect(sent).toEqual([]);
  });

  test.each([
    ["a name that the catalogue lacks", ["dev", "web", "STRIPE_KYE"], "did you mean STRIPE_KEY?"],
    ["a service that the catalogue lacks", ["dev", "wbe", "STRIPE_KEY"], "did you mean web?"],
    ["an environment that is not set", ["dve", "web", "STRIPE_KEY"], "did you mean dev?"],
  ])("refuses %s, with the nearest", async (_, args, message) => {
    await expect(run(secret, "set", ...args)).rejects.toThrow(message);
    expect(sent).toEqual([]);
  });

  test("refuses an empty value", async () => {
    given("\n");
    await expect(run(secret, "set", "dev", "web", "STRIPE_KEY")).rejects.toThrow("is empty");
    expect(sent).toEqual([]);
  });
});

test("secret list shows what is set and what is missing, and asks for no value", async () => {
  parameters = ["/platform-dev/web/STRIPE_KEY"];
  await run(secret, "list", "dev");
  expect(heard.out[0]).toMatch(/web +│ STRIPE_KEY +│ set/);
  expect(heard.out[0]).toMatch(/web +│ OTHER +│ missing/);
  expect(heard.out.slice(1)).toEqual(["→ npx platform secret set dev web OTHER"]);
  expect(sent.every((each) => each instanceof DescribeParametersCommand)).toBe(true);
});

test("secret remove removes one that is set, and refuses another", async () => {
  parameters = ["/platform-dev/web/STRIPE_KEY"];
  await run(secret, "remove", "dev", "web", "STRIPE_KEY");
  expect((sent.at(-1) as DeleteParametersCommand).input).toEqual({
    Names: ["/platform-dev/web/STRIPE_KEY"],
  });
  expect(heard.out).toEqual(["STRIPE_KEY of web is removed from dev."]);
  await expect(run(secret, "remove", "dev", "web", "OTHER")).rejects.toThrow("is not set");
});

// A mutation run, whose tests are in threads, changes the files that this reads.
test.runIf(isMainThread)(
  "no other file of the project makes a request with a secret's value",
  () => {
    const requests =
      /PutParameterCommand|GetParameter\w*Command|paginateGetParameters|WithDecryption/;
    const files = ["bin", "commands", "local", "operations", "setup", "spec", "stacks", "tools"]
      .flatMap((folder) =>
        readdirSync(path.join(PROJECT_FOLDER, folder), { recursive: true, encoding: "utf8" }).map(
          (file) => path.join(folder, file),
        ),
      )
      // A benchmark installs packages of its own.
      .filter((file) => /\.m?ts$/.test(file) && !file.includes("node_modules"));
    const found = files.filter((file) =>
      requests.test(readFileSync(path.join(PROJECT_FOLDER, file), "utf8")),
    );
    expect(found).toEqual(["operations/secrets/parameters.ts"]);
    const [text = ""] = found.map((file) => readFileSync(path.join(PROJECT_FOLDER, file), "utf8"));
    // It is in the request, and what a message leaves out; comments and messages do not count.
    const code = text.replaceAll(/\/\*[^]*?\*\/|\/\/.*|"[^"\n]*"|`[^`]*`/g, "");
    const uses = code.split("\n").filter((line) => /\bvalue\b/.test(line));
    expect(uses.map((line) => line.trim())).toEqual([
      "{ service, name, value }: Pick<StoredSecret,  | > & { readonly value: string },",
      "Value: value,",
      "const words = wordsOf(error).replaceAll(value, );",
    ]);
  },
);
