import { symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
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
const contexts = () => buildContexts((service) => root.path(service));
const given = (entry: string) => path.relative(".", root.path(entry));
const here = { promoteFrom: undefined };

describe("the problems of the contexts", () => {
  test("there are none in the fixture's and the platform's own", () => {
    expect(contextProblems(here, services, contexts())).toEqual([]);
  });

  test("those of all services are reported together", () => {
    root.write("web/.dockerignore", "[a\n");
    root.write("orders/.dockerignore", "!\n[b\n");
    expect(contextProblems(here, services, contexts())).toEqual([
      expect.stringContaining(`services: ${given("web/.dockerignore")} line 1`),
      expect.stringContaining(`services: ${given("orders/.dockerignore")} line 1`),
      expect.stringContaining(`services: ${given("orders/.dockerignore")} line 2`),
    ]);
  });

  test("a missing folder is reported as its missing Dockerfile", () => {
    expect(contextProblems(here, { nowhere: orders }, contexts())).toEqual([
      `services: ${given("nowhere/Dockerfile")} does not exist; add it`,
    ]);
  });

  test.each(["a\0b", "", "../../etc"])("no folder is read for the refused name %j", (name) => {
    expect(contextProblems(here, { [name]: orders }, contexts())).toEqual([]);
  });

  test("of many alike, ten are shown", () => {
    for (let index = 0; index < 12; index++)
      symlinkSync(Buffer.from([0xff]), root.path(`web/link-${index}`));
    const found = contextProblems(here, services, contexts());
    expect(found).toHaveLength(11);
    expect(found.at(-1)).toBe(`services: ${given("web")} has 2 more problems`);
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
  expect(context.digest()).not.toBe(new BuildContext(context.folder).digest());
});

test("a context with problems has no digest", () => {
  root.write("web/.dockerignore", "[a\n");
  expect(() => contexts()("web").digest()).toThrow('the pattern "[a" is malformed');
});

test("the platform's own images have contexts in the platform's folder", () => {
  expect(contexts()("ready").folder).toBe(path.resolve("stacks/platform/ready"));
});
