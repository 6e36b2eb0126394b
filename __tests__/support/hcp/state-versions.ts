import { createHash } from "node:crypto";
import type { Account, StateVersion, Workspace } from "./account";
import { NOT_FOUND, type Resource, failure, given, many, one } from "./resource";
import type { Route } from "./route";

/** The newest state of a workspace that is complete. */
export function currentState({ states }: Workspace): StateVersion | undefined {
  return states.findLast(({ text }) => text !== undefined);
}

function resource({ id, serial, text }: StateVersion, url: string): Resource {
  return {
    id,
    type: "state-versions",
    attributes: {
      serial,
      status: text === undefined ? "pending" : "finalized",
      "resources-processed": true,
      "hosted-state-download-url": `${url}/states/${id}`,
      "hosted-state-upload-url": `${url}/states/${id}`,
      "hosted-json-state-upload-url": `${url}/states/${id}/json`,
    },
  };
}

function version(account: Account, id: string | undefined): StateVersion | undefined {
  return [...account.workspaces.values()]
    .flatMap(({ states }) => states)
    .find((state) => state.id === id);
}

/** The outputs of a state, as the API lists them. */
function outputs(id: string, text: string): Resource[] {
  // The format of a Terraform state.
  const state = JSON.parse(text) as { outputs?: Record<string, { type: unknown }> };
  return Object.entries(state.outputs ?? {}).map(([name, output]) => ({
    id: `wsout-${id}-${name}`,
    type: "state-version-outputs",
    attributes: { name, ...output, "detailed-type": output.type },
  }));
}

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/state-versions */
export const STATE_VERSIONS: readonly Route[] = [
  {
    method: "GET",
    path: /^\/api\/v2\/workspaces\/([^/]+)\/current-state-version$/,
    answer: ({ account, url, found: [id] }) => {
      const workspace = account.workspace(id);
      const state = workspace && currentState(workspace);
      return state ? one(resource(state, url)) : NOT_FOUND;
    },
  },
  {
    method: "GET",
    path: /^\/api\/v2\/workspaces\/([^/]+)\/current-state-version-outputs$/,
    answer: ({ account, found: [id] }) => {
      const workspace = account.workspace(id);
      const state = workspace && currentState(workspace);
      return state?.text === undefined ? NOT_FOUND : many(outputs(state.id, state.text));
    },
  },
  {
    method: "POST",
    path: /^\/api\/v2\/workspaces\/([^/]+)\/state-versions$/,
    answer: ({ account, url, found: [id], body }) => {
      const workspace = account.workspace(id);
      if (!workspace) return NOT_FOUND;
      if (!workspace.locked) return failure(409, "the workspace must be locked");
      const { serial, md5 } = given(body).attributes;
      const state = {
        id: account.id("sv"),
        serial: Number(serial),
        md5: String(md5),
        text: undefined,
      };
      workspace.states.push(state);
      return one(resource(state, url), [], 201);
    },
  },
  {
    method: "GET",
    path: /^\/api\/v2\/state-versions\/([^/]+)$/,
    answer: ({ account, url, found: [id] }) => {
      const state = version(account, id);
      return state ? one(resource(state, url)) : NOT_FOUND;
    },
  },
  {
    method: "PUT",
    path: /^\/states\/([^/]+)$/,
    answer: ({ account, found: [id], body }) => {
      const state = version(account, id);
      if (!state) return NOT_FOUND;
      if (createHash("md5").update(body).digest("hex") !== state.md5) {
        return failure(422, "the checksum does not match");
      }
      state.text = body;
      return { status: 200 };
    },
  },
  { method: "PUT", path: /^\/states\/([^/]+)\/json$/, answer: () => ({ status: 200 }) },
  {
    method: "GET",
    path: /^\/states\/([^/]+)$/,
    answer: ({ account, found: [id] }) => {
      const text = version(account, id)?.text;
      return text === undefined ? NOT_FOUND : { status: 200, text };
    },
  },
];
