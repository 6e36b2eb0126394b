import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createHcpApi } from "../../../../operations/checks/hcp-api";
import { readToken, tokenVariable } from "../../../../operations/checks/hcp-token";
import { checkWorkspaces } from "../../../../operations/checks/hcp-workspaces";
import { requireStatePlace } from "../../../../operations/checks/phase";
import { readConfig } from "../../../../project";
import { checkContext } from "../../../support/preflight";

const CLOUD = { PLATFORM_BACKEND: "cloud", PLATFORM_HCP_ORGANIZATION: "acme" };
const TOKEN = "a-token";
/** Longer than a busy machine takes to answer its own request. */
const ANSWER_MS = 60_000;

interface Mode {
  readonly mode: string;
  readonly consumers?: readonly string[];
  readonly global?: boolean;
  readonly repository?: boolean;
}
type Workspaces = Readonly<Record<string, Mode>>;

/** As `npx platform hcp` creates them. */
const GOOD: Workspaces = {
  registry: { mode: "remote", consumers: ["ws-images", "ws-platform"] },
  images: { mode: "local", consumers: ["ws-platform"] },
  platform: { mode: "remote" },
};

/** HCP Terraform's answer for a path; `undefined` for an unknown path. */
function answerTo(url: string, workspaces: Workspaces): unknown {
  if (url === "/api/v2/organizations/acme") return { data: { id: "acme" } };
  const asked = /\/organizations\/acme\/workspaces\/platform-(\w+)-use1-dev$/.exec(url)?.[1] ?? "";
  const found = workspaces[asked];
  if (found) {
    const attributes = {
      "execution-mode": found.mode,
      "global-remote-state": found.global ?? false,
      "vcs-repo": found.repository ? { identifier: "acme/shop" } : null,
    };
    return { data: { id: `ws-${asked}`, attributes } };
  }
  const producer = /\/workspaces\/ws-(\w+)\/relationships\/remote-state-consumers/.exec(url)?.[1];
  const shared = producer === undefined ? undefined : workspaces[producer];
  if (!shared) return undefined;
  return { data: (shared.consumers ?? []).map((id) => ({ id, type: "workspaces" })) };
}

/** Checks against an HCP Terraform with these workspaces, on this machine. */
async function check(workspaces: Workspaces, env: Record<string, string> = {}, token = TOKEN) {
  const server = createServer((request, response) => {
    const known = request.headers.authorization === `Bearer ${TOKEN}`;
    const answer = known ? answerTo(request.url ?? "", workspaces) : undefined;
    response.writeHead(known ? (answer ? 200 : 404) : 401).end(JSON.stringify(answer));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    const { port } = server.address() as AddressInfo;
    const { config } = readConfig({ ...CLOUD, ...env });
    if (config.backend.kind !== "cloud") throw new Error("not in the cloud");
    const api = createHcpApi(`http://127.0.0.1:${port}/api/v2`, token, ANSWER_MS);
    return await checkWorkspaces(api, config, config.backend);
  } finally {
    server.close();
  }
}

test("correct workspaces are listed with their execution modes", async () => {
  expect(await check(GOOD)).toEqual({
    found:
      "acme at app.terraform.io: platform-registry-use1-dev (remote), platform-images-use1-dev (local), platform-platform-use1-dev (remote)",
  });
});

test("a state that is shared with all workspaces or read on this machine needs no list of consumers", async () => {
  const all = { mode: "remote", global: true };
  expect(await check({ ...GOOD, registry: all })).toHaveProperty("found");
  const local = { mode: "local" };
  expect(await check({ registry: local, images: local, platform: local })).toHaveProperty("found");
});

test.each<[string, Workspaces, string[]]>([
  [
    "images in a workspace without a container engine",
    { ...GOOD, images: { mode: "remote", consumers: ["ws-platform"] } },
    [
      'platform-images-use1-dev has the execution mode remote, which has no container engine to build with: "error pinging docker server"',
    ],
  ],
  [
    "states that a remote run may not read",
    { ...GOOD, registry: { mode: "remote" }, images: { mode: "local" } },
    [
      'platform-registry-use1-dev does not share its state with platform-platform-use1-dev, whose run would fail with "Unable to find remote state"',
      'platform-images-use1-dev does not share its state with platform-platform-use1-dev, whose run would fail with "Unable to find remote state"',
    ],
  ],
  [
    "a workspace that only accepts runs from a repository",
    { ...GOOD, platform: { mode: "remote", repository: true } },
    [
      'platform-platform-use1-dev is connected to a repository and accepts no runs from here: "Apply not allowed for workspaces with a VCS connection"',
    ],
  ],
  [
    "no workspace at all",
    {},
    [
      "acme has no platform-registry-use1-dev, platform-images-use1-dev, platform-platform-use1-dev: Terraform would create them without the execution mode and state sharing that the stacks need",
    ],
  ],
])("%s: a problem, in the words that Terraform would use", async (_, workspaces, problems) => {
  expect(await check(workspaces)).toMatchObject({
    problems: problems.map((problem) => ({ problem })),
  });
});

test("an unknown organization or an invalid token is a problem", async () => {
  expect(await check(GOOD, { PLATFORM_HCP_ORGANIZATION: "acmee" })).toMatchObject({
    problems: [{ problem: "app.terraform.io has no organization acmee that the token can see" }],
  });
  expect(await check(GOOD, {}, "another")).toMatchObject({
    problems: [{ problem: "app.terraform.io does not accept the token" }],
  });
});

describe("the token", () => {
  const home = mkdtempSync(path.join(tmpdir(), "home-"));
  mkdirSync(path.join(home, ".terraform.d"));
  writeFileSync(
    path.join(home, ".terraform.d", "credentials.tfrc.json"),
    JSON.stringify({ credentials: { "app.terraform.io": { token: "from-login" } } }),
  );
  writeFileSync(
    path.join(home, ".terraformrc"),
    'disable_checkpoint = true\ncredentials "tfe.acme.com" {\n  token = "from-configuration"\n}\n',
  );
  afterAll(() => {
    rmSync(home, { recursive: true });
  });

  test.each([
    ["app.terraform.io", { TF_TOKEN_app_terraform_io: "from-variable" }, "from-variable"],
    ["tf-e.acme.com", { TF_TOKEN_tf__e_acme_com: "from-variable" }, "from-variable"],
    ["app.terraform.io", {}, "from-login"],
    ["tfe.acme.com", {}, "from-configuration"],
    ["tfe.example.com", {}, undefined],
  ])("for %s with %p is %s", (hostname, env, token) => {
    expect(readToken(hostname, env, home)).toBe(token);
  });

  test("is required before Terraform starts, and the message names both ways to get one", async () => {
    const hostname = "tfe.nowhere.invalid";
    const context = checkContext({ ...CLOUD, PLATFORM_HCP_HOSTNAME: hostname });
    await expect(requireStatePlace(context)).rejects.toThrow(
      `Terraform was not started:
✖ there is no token for ${hostname}: \`terraform init\` would fail with "Required token could not be found"
  → terraform login ${hostname}, or export ${tokenVariable(hostname)}=…`,
    );
  });
});
