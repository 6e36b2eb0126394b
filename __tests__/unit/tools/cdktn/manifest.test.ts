import { expect, test } from "vitest";
import {
  cdktnVersion,
  oldestNode,
  stayingBindings,
  switchManifest,
} from "../../../../tools/cdktn/manifest";
import { DOCKER_BINDINGS, SUCCESSORS } from "../../../../tools/cdktn/packages";

const BEFORE = JSON.stringify({
  name: "fargate-platform",
  engines: { node: ">=20.19" },
  scripts: { synth: "cdktf synth", lint: "eslint ." },
  dependencies: {
    "@cdktf/provider-aws": "20.1.0",
    "@cdktf/provider-docker": "12.0.3",
    cdktf: "0.21.0",
    constructs: "10.4.2",
    tsx: "4.0.0",
  },
  devDependencies: { "cdktf-cli": "0.21.0", jest: "30.0.0" },
  allowScripts: { esbuild: true, "@cdktf/node-pty-prebuilt-multiarch": true },
  jest: { testEnvironment: "node" },
});

test("package.json keeps the Docker bindings on a bridge if they have no successor", () => {
  const after = switchManifest(BEFORE, SUCCESSORS);
  expect(JSON.parse(after)).toEqual({
    name: "fargate-platform",
    engines: { node: ">=22.19" },
    scripts: { synth: "cdktn synth", lint: "eslint ." },
    dependencies: {
      "@cdktf/provider-docker": "12.0.3",
      "@cdktn/provider-aws": "25.7.0",
      cdktf: "file:cdktf-bridge",
      cdktn: "0.24.0",
      constructs: "10.6.0",
      tsx: "4.0.0",
    },
    devDependencies: { "cdktn-cli": "0.24.0", jest: "30.0.0" },
    allowScripts: { esbuild: true },
    jest: { testEnvironment: "node" },
  });
});

test("package.json does not mention cdktf if the registry has cdktn's Docker bindings", () => {
  const successors = { ...SUCCESSORS, [DOCKER_BINDINGS.of]: DOCKER_BINDINGS.successor };
  const after = switchManifest(BEFORE, successors);
  expect(after).toContain('"@cdktn/provider-docker": "16.1.0"');
  expect(after).not.toContain("cdktf");
});

test("bindings without any successor also stay on the bridge", () => {
  const before = BEFORE.replace(
    '"jest":"30.0.0"',
    '"@cdktf/provider-tfe":"12.5.1","jest":"30.0.0"',
  );
  const successors = { ...SUCCESSORS, [DOCKER_BINDINGS.of]: DOCKER_BINDINGS.successor };
  expect(stayingBindings(before, successors)).toEqual(["@cdktf/provider-tfe"]);
  expect(switchManifest(before, successors)).toContain('"cdktf": "file:cdktf-bridge"');
});

test("a switched project is recognized", () => {
  expect(cdktnVersion(BEFORE)).toBeUndefined();
  expect(cdktnVersion(switchManifest(BEFORE, SUCCESSORS))).toBe("0.24.0");
  expect(oldestNode(BEFORE)).toBe("20.19");
});
