import { execa } from "execa";
import { type Mock, expect, test, vi } from "vitest";
import { isServed } from "../../../../tools/cdktn/npm-registry";
import { Refusal } from "../../../../operations/terminal/refusal";

vi.mock("execa");
// The type of execa's result depends on the options of each call.
const npm = execa as unknown as Mock;

const PACKAGE = { name: "@cdktn/provider-docker", version: "16.1.0" };

test.each([
  ["has the version", { exitCode: 0, stdout: '"16.1.0"', stderr: "" }, true],
  ["has only other versions", { exitCode: 0, stdout: "", stderr: "" }, false],
  ["does not know the package", { exitCode: 1, stdout: "", stderr: "npm error code E404" }, false],
])("the answer of a registry that %s is understood", async (_, answer, served) => {
  npm.mockResolvedValueOnce(answer);
  await expect(isServed(PACKAGE)).resolves.toBe(served);
});

test("an unreachable registry is an error, not an answer", async () => {
  npm.mockResolvedValue({
    exitCode: 1,
    stdout: "",
    stderr: "npm error code ENOTFOUND\nnpm error x",
  });
  await expect(isServed(PACKAGE)).rejects.toThrow(Refusal);
  await expect(isServed(PACKAGE)).rejects.toThrow("npm error code ENOTFOUND");
  npm.mockResolvedValue({ exitCode: undefined, stdout: "", stderr: "", timedOut: true });
  await expect(isServed(PACKAGE)).rejects.toThrow("no answer in 30 s");
});
