import type { Account } from "./account";
import { type Resource, one } from "./resource";
import type { Route } from "./route";

function resource(id: string, { uploads }: Account, url: string): Resource {
  return {
    id,
    type: "configuration-versions",
    attributes: {
      status: uploads.has(id) ? "uploaded" : "pending",
      "upload-url": `${url}/configurations/${id}`,
    },
  };
}

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/configuration-versions */
export const CONFIGURATION_VERSIONS: readonly Route[] = [
  {
    method: "POST",
    path: /^\/api\/v2\/workspaces\/[^/]+\/configuration-versions$/,
    answer: ({ account, url }) => one(resource(account.id("cv"), account, url), [], 201),
  },
  {
    method: "GET",
    path: /^\/api\/v2\/configuration-versions\/([^/]+)$/,
    answer: ({ account, url, found: [id = ""] }) => one(resource(id, account, url)),
  },
  {
    method: "PUT",
    path: /^\/configurations\/([^/]+)$/,
    answer: ({ account, found: [id = ""], body }) => {
      account.uploads.set(id, body);
      return { status: 200 };
    },
  },
];
