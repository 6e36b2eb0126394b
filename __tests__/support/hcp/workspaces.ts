import type { Account, Workspace } from "./account";
import { type Answer, NOT_FOUND, type Resource, failure, given, many, one } from "./resource";
import type { Route } from "./route";

const PERMISSIONS = Object.fromEntries(
  [
    "lock",
    "unlock",
    "force-unlock",
    "update",
    "queue-run",
    "queue-apply",
    "read-state-versions",
  ].map((action) => [`can-${action}`, true]),
);

export function workspaceResource(workspace: Workspace, { organization }: Account): Resource {
  const { id, name, executionMode, locked, repository } = workspace;
  const [current] = workspace.runs;
  return {
    id,
    type: "workspaces",
    attributes: {
      name,
      locked,
      "execution-mode": executionMode,
      operations: executionMode !== "local",
      "global-remote-state": false,
      "vcs-repo": repository ? { identifier: "acme/shop" } : null,
      "terraform-version": "latest",
      "structured-run-output-enabled": false,
      permissions: PERMISSIONS,
    },
    relationships: {
      organization: { data: { id: organization, type: "organizations" } },
      ...(current && { "current-run": { data: { id: current.id, type: "runs" } } }),
    },
  };
}

/** Answers with a workspace, by its ID or name, after an action on it. */
function on(
  find: (account: Account, key: string) => Workspace | undefined,
  act: (workspace: Workspace, body: string) => Answer | undefined = () => undefined,
): Route["answer"] {
  return ({ account, found: [key = ""], body }) => {
    const workspace = find(account, key);
    if (!workspace) return NOT_FOUND;
    return act(workspace, body) ?? one(workspaceResource(workspace, account));
  };
}

const byId = (account: Account, id: string) => account.workspace(id);
const byName = (account: Account, name: string) => account.workspaces.get(name);

function setLock(locked: boolean, force = false) {
  return (workspace: Workspace): Answer | undefined => {
    if (workspace.locked === locked && !force) return failure(409, "conflict");
    workspace.locked = locked;
    return undefined;
  };
}

const ACTIONS = "^/api/v2/workspaces/([^/]+)/actions";

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/workspaces */
export const WORKSPACES: readonly Route[] = [
  {
    method: "GET",
    path: /^\/api\/v2\/organizations\/acme\/workspaces\/([^/]+)$/,
    answer: on(byName),
  },
  { method: "GET", path: /^\/api\/v2\/workspaces\/([^/]+)$/, answer: on(byId) },
  {
    method: "POST",
    path: /^\/api\/v2\/organizations\/acme\/workspaces$/,
    answer: ({ account, body }) => {
      const { name } = given(body).attributes;
      return one(workspaceResource(account.create(String(name)), account), [], 201);
    },
  },
  {
    method: "PATCH",
    path: /^\/api\/v2\/workspaces\/([^/]+)$/,
    answer: on(byId, (workspace, body) => {
      const mode = given(body).attributes["execution-mode"];
      if (typeof mode === "string") workspace.executionMode = mode;
      return undefined;
    }),
  },
  { method: "POST", path: new RegExp(`${ACTIONS}/lock$`), answer: on(byId, setLock(true)) },
  { method: "POST", path: new RegExp(`${ACTIONS}/unlock$`), answer: on(byId, setLock(false)) },
  {
    method: "POST",
    path: new RegExp(`${ACTIONS}/force-unlock$`),
    answer: on(byId, setLock(false, true)),
  },
  {
    method: "GET",
    path: /^\/api\/v2\/workspaces\/([^/]+)\/relationships\/remote-state-consumers$/,
    answer: on(byId, ({ consumers }) => many(consumers.map((id) => ({ id, type: "workspaces" })))),
  },
];
