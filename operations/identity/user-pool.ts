import {
  CognitoIdentityProviderClient,
  paginateListUserPoolClients,
} from "@aws-sdk/client-cognito-identity-provider";
import {
  ResourceGroupsTaggingAPIClient,
  paginateGetResources,
} from "@aws-sdk/client-resource-groups-tagging-api";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { environmentTags } from "../../stacks/options/providers";
import type { ClientSettings } from "../target/clients";

/** Clients for finding an environment's user pool, and for its users. */
export interface IdentityClients {
  readonly cognito: CognitoIdentityProviderClient;
  readonly tagging: ResourceGroupsTaggingAPIClient;
}

/** An environment's user pool, and the only client in it. */
export interface UserPool {
  readonly UserPoolId: string;
  readonly ClientId: string;
}

export function createIdentityClients(settings: ClientSettings): IdentityClients {
  return {
    cognito: new CognitoIdentityProviderClient(settings),
    tagging: new ResourceGroupsTaggingAPIClient(settings),
  };
}

/**
 * The user pools with the environment's tags, which need no Terraform state to be read. There is one, or
 * none, unless a killed run has left another: pools may share a name.
 */
export async function findUserPools(
  { cognito, tagging }: IdentityClients,
  config: Config,
): Promise<readonly UserPool[]> {
  const pools: UserPool[] = [];
  for (const UserPoolId of await poolsOf(tagging, config)) {
    const pages = paginateListUserPoolClients({ client: cognito }, { UserPoolId, MaxResults: 60 });
    for await (const { UserPoolClients = [] } of pages) {
      const own = UserPoolClients.find(({ ClientName }) => ClientName === resourceName(config));
      if (own?.ClientId !== undefined) pools.push({ UserPoolId, ClientId: own.ClientId });
    }
  }
  return pools;
}

async function poolsOf(
  client: ResourceGroupsTaggingAPIClient,
  config: Config,
): Promise<readonly string[]> {
  const tags = Object.entries(environmentTags(config));
  const request = {
    ResourceTypeFilters: ["cognito-idp:userpool"],
    TagFilters: tags.map(([Key, value]) => ({ Key, Values: [value] })),
  };
  const ids: string[] = [];
  for await (const { ResourceTagMappingList = [] } of paginateGetResources({ client }, request)) {
    ids.push(
      ...ResourceTagMappingList.flatMap(
        ({ ResourceARN = "" }) => /:userpool\/(.+)$/.exec(ResourceARN)?.[1] ?? [],
      ),
    );
  }
  return ids;
}
