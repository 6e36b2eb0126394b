import { list, record } from "../terraform/terraform-events";
import type { HcpApi } from "./hcp-api";

/** The attributes of a workspace that a deployment depends on. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly executionMode: string;
  readonly sharesWithAll: boolean;
  readonly hasRepository: boolean;
}

/** Reads a workspace by name. `undefined` when there is none. */
export async function readWorkspace(
  api: HcpApi,
  organization: string,
  name: string,
): Promise<Workspace | undefined> {
  const data = await api.get(`/organizations/${organization}/workspaces/${name}`);
  if (data === undefined) return undefined;
  const { id, attributes } = record(data);
  const {
    "execution-mode": executionMode,
    "global-remote-state": sharesWithAll,
    "vcs-repo": repository,
  } = record(attributes);
  return {
    id: String(id),
    name,
    executionMode: String(executionMode),
    sharesWithAll: sharesWithAll === true,
    hasRepository: Boolean(repository),
  };
}

/** The IDs of the workspaces that may read this workspace's state. */
export async function consumersOf({ id }: Workspace, api: HcpApi): Promise<string[]> {
  const data = await api.get(
    `/workspaces/${id}/relationships/remote-state-consumers?page%5Bsize%5D=100`,
  );
  return list(data).map((consumer) => String(record(consumer)["id"]));
}
