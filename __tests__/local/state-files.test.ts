import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { deployedSuffixes, hasResources } from "../../local/state-files";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "state-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const write = (file: string, modes: string[]) => {
  const resources = modes.map((mode) => ({ mode }));
  writeFileSync(path.join(folder, file), JSON.stringify({ version: 4, resources }));
};

test("each environment that has left a state is found once", () => {
  write("blue.registry.tfstate", []);
  write("blue.images.tfstate", []);
  write("pr-7.platform.tfstate", []);
  write("pr-7.platform.tfstate.backup", []);
  expect(deployedSuffixes(folder)).toEqual(["blue", "pr-7"]);
  expect(deployedSuffixes(path.join(folder, "nowhere"))).toEqual([]);
});

test("a stack has resources when its state has some that Terraform manages", () => {
  write("blue.images.tfstate", ["data"]);
  write("blue.platform.tfstate", ["data", "managed"]);
  expect(hasResources(folder, "blue", "registry")).toBe(false);
  expect(hasResources(folder, "blue", "images")).toBe(false);
  expect(hasResources(folder, "blue", "platform")).toBe(true);
});
