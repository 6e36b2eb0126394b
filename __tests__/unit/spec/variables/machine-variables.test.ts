import { expect, test } from "vitest";
import { engineProblems } from "../../../../spec/variables/engine-problems";
import { redirectProblems } from "../../../../spec/variables/terraform-variables";

test("a context that only the docker program reads is refused, with the variable that all read", () => {
  expect(engineProblems({ DOCKER_CONTEXT: "colima" })).toEqual([
    expect.stringMatching(/^DOCKER_CONTEXT is "colima", .*export DOCKER_HOST=.*'colima'\)"$/),
  ]);
  expect(engineProblems({ DOCKER_CONTEXT: "default" })).toEqual([]);
  expect(engineProblems({ DOCKER_CONTEXT: "colima", DOCKER_HOST: "unix:///x.sock" })).toEqual([]);
});

test("cdktf may not run the three stacks in one data folder", () => {
  expect(redirectProblems({ TF_DATA_DIR: "/data" })).toEqual([
    expect.stringMatching(/^TF_DATA_DIR is "\/data", .*; unset it/),
  ]);
  expect(redirectProblems({ TF_DATA_DIR: ".data" })).toEqual([]);
  expect(redirectProblems({})).toEqual([]);
});
