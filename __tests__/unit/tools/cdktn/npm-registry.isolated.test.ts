import { execa } from "execa";
import { type Mock, expect, test, vi } from "vitest";
import { isServed } from "../../../../tools/cdktn/npm-registry";
import { Refusal } from "../../../../operations/terminal/refusal";

vi.mock("execa");
// What execa returns is typed by the options of each call.
const npm = execa as unknown as Mock;

const PACKAGE = { name: "@cdktn/provider-docker", version: "16.1.0" };

test.each([
  ["has it", { exitCode: 0, stdout: '"16.1.0"', stderr: "" }, true],
  ["has other versions only", { exitCode: 0, stdout: "", stderr: "" }, false],
  ["does not know it", { exitCode: 1, stdout: "", stderr: "npm error code E404" }, false],
])("a registry that %s", async (_, answer, served) => {
  npm.mockResolvedValueOnce(answer);
  await expect(isServed(PACKAGE)).resolves.toBe(served);
});

test("a registry that cannot be reached decides nothing", async () => {
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
