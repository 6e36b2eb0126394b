import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, vi } from "vitest";
import { createHcpApi } from "../../../../operations/checks/hcp-api";
import * as tokens from "../../../../operations/checks/hcp-token";
import { checkWorkspaces, hcpWorkspaces } from "../../../../operations/checks/hcp-workspaces";
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
async function check(
  workspaces: Workspaces,
  env: Record<string, string> = {},
  token = TOKEN,
  refuse: (url: string) => number | undefined = () => undefined,
) {
  const server = createServer((request, response) => {
    const refused = refuse(request.url ?? "");
    if (refused !== undefined) {
      response.writeHead(refused, { "x-ratelimit-reset": "0.01" }).end();
      return;
    }
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

test("states in another place ask nobody", async () => {
  const asked = vi.spyOn(globalThis, "fetch");
  expect(await hcpWorkspaces.run(checkContext())).toEqual({
    found: "the states are not in HCP Terraform",
  });
  expect(asked).not.toHaveBeenCalled();
});

test("the host of the states is asked, with its token", async () => {
  vi.spyOn(tokens, "readToken").mockResolvedValue(TOKEN);
  const asked = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response("", { status: 404 }));
  const env = { ...CLOUD, PLATFORM_HCP_HOSTNAME: "tfe.acme.com" };
  expect(await hcpWorkspaces.run(checkContext(env))).toEqual({
    problems: [
      {
        problem: "tfe.acme.com has no organization acme that the token can see",
        fix: "correct PLATFORM_HCP_ORGANIZATION, or use a member's token",
      },
    ],
  });
  expect(tokens.readToken).toHaveBeenCalledWith("tfe.acme.com");
  expect(asked.mock.calls).toMatchObject([
    [
      "https://tfe.acme.com/api/v2/organizations/acme",
      { headers: { Authorization: `Bearer ${TOKEN}` } },
    ],
  ]);
});

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

const SET_UP =
  "npx platform hcp   # creates the workspaces with the right settings; see docs/state.md";

test.each<[string, Workspaces, string[], string]>([
  [
    "images in a workspace without a container engine",
    { ...GOOD, images: { mode: "remote", consumers: ["ws-platform"] } },
    [
      'platform-images-use1-dev has the execution mode remote, which has no container engine to build with: "error pinging docker server"',
    ],
    SET_UP,
  ],
  [
    "states that a remote run may not read",
    { ...GOOD, registry: { mode: "remote" }, images: { mode: "local" } },
    [
      'platform-registry-use1-dev does not share its state with platform-platform-use1-dev, whose run would fail with "Unable to find remote state"',
      'platform-images-use1-dev does not share its state with platform-platform-use1-dev, whose run would fail with "Unable to find remote state"',
    ],
    SET_UP,
  ],
  [
    "a workspace that only accepts runs from a repository",
    { ...GOOD, platform: { mode: "remote", repository: true } },
    [
      'platform-platform-use1-dev is connected to a repository and accepts no runs from here: "Apply not allowed for workspaces with a VCS connection"',
    ],
    "disconnect it: Settings, Version Control of platform-platform-use1-dev",
  ],
  [
    "no workspace at all",
    {},
    [
      "acme has no platform-registry-use1-dev, platform-images-use1-dev, platform-platform-use1-dev: Terraform would create them without the execution mode and state sharing that the stacks need",
    ],
    SET_UP,
  ],
])("%s: a problem, in the words that Terraform would use", async (_, workspaces, problems, fix) => {
  expect(await check(workspaces)).toEqual({
    problems: problems.map((problem) => ({ problem, fix })),
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

/** Refuses the first requests for workspaces. */
function refuseFirst(status: number, times: number): (url: string) => number | undefined {
  let left = times;
  return (url) => {
    if (!url.includes("/workspaces/")) return undefined;
    left -= 1;
    return left >= 0 ? status : undefined;
  };
}

test("a limit of requests is waited for", async () => {
  expect(await check(GOOD, {}, TOKEN, refuseFirst(429, 2))).toHaveProperty("found");
});

test("a limit of requests that lasts is named, and no workspace counts as missing", async () => {
  expect(await check(GOOD, {}, TOKEN, refuseFirst(429, Infinity))).toEqual({
    problems: [
      {
        problem:
          "app.terraform.io limits how often this token may ask, and refused to answer for now (429)",
        fix: "wait a minute, then run the same command again",
      },
    ],
  });
});

test("a server that fails is named, and no workspace counts as missing", async () => {
  expect(await check(GOOD, {}, TOKEN, refuseFirst(503, Infinity))).toMatchObject({
    problems: [{ problem: "app.terraform.io does not answer as HCP Terraform does (503)" }],
  });
});

test.each([
  [{ PLATFORM_REGISTRY: "http://127.0.0.1:4566" }, GOOD, ["registry", "platform"]],
  [
    { PLATFORM_REGISTRY: "http://127.0.0.1:4566" },
    { ...GOOD, images: { mode: "agent", consumers: ["ws-platform"] } },
    ["registry", "images", "platform"],
  ],
])(
  "on the local AWS, each workspace whose runs are elsewhere is a problem, with its name",
  async (env, workspaces, stacks) => {
    const result = await check(workspaces, env);
    const problems = "problems" in result ? result.problems : [];
    expect(problems).toHaveLength(stacks.length);
    for (const [index, stack] of stacks.entries()) {
      expect(problems[index]?.problem).toMatch(
        new RegExp(
          `^platform-${stack}-use1-dev has the execution mode \\w+, but a run in HCP Terraform cannot reach the local AWS`,
        ),
      );
    }
    expect(problems[0]?.fix).toBe(
      "set the execution mode to local: Settings, General of platform-registry-use1-dev; npx platform hcp does it for all three",
    );
  },
);

test("on the local AWS, workspaces with local execution are fine", async () => {
  const local = { mode: "local" };
  const workspaces = { registry: local, images: local, platform: local };
  const env = { PLATFORM_REGISTRY: "http://127.0.0.1:4566" };
  expect(await check(workspaces, env)).toHaveProperty("found");
});
