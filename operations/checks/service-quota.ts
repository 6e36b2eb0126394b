import { GetServiceQuotaCommand, type ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import type { Config } from "../../spec/config";
import { wordsOf } from "../target/aws-error";

/** A limit of an account in a region. */
export interface ServiceQuota {
  readonly serviceCode: string;
  readonly quotaCode: string;
  /** For an account that never asked for more; a new one may have less. */
  readonly awsDefault: number;
}

/** What counts as the limit, and whether AWS has said so of this account. */
export interface Limit {
  readonly limit: number;
  readonly known: boolean;
  /** Why it is AWS's default, to stand behind the number; empty where it is known. */
  readonly source: string;
}

/** Where it cannot be asked, for want of a permission or of the service itself, AWS's default counts. */
export async function readLimit(
  client: ServiceQuotasClient,
  { serviceCode, quotaCode, awsDefault }: ServiceQuota,
): Promise<Limit> {
  const unknown = (reason: string): Limit => {
    return {
      limit: awsDefault,
      known: false,
      source: ` (${awsDefault} is AWS's default; ${reason})`,
    };
  };
  try {
    const { Quota } = await client.send(
      new GetServiceQuotaCommand({ ServiceCode: serviceCode, QuotaCode: quotaCode }),
    );
    if (Quota?.Value === undefined) return unknown("the quota is not told");
    return { limit: Quota.Value, known: true, source: "" };
  } catch (error) {
    return unknown(`Service Quotas could not be asked: ${wordsOf(error)}`);
  }
}

/** The command that asks AWS for more. */
export function increaseCommand(
  { serviceCode, quotaCode }: ServiceQuota,
  value: number,
  { region }: Pick<Config, "region">,
): string {
  return `aws service-quotas request-service-quota-increase --service-code ${serviceCode} --quota-code ${quotaCode} --desired-value ${value} --region ${region}`;
}
