import { GetServiceQuotaCommand, type ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import type { Config } from "../../spec/config";
import { wordsOf } from "../target/aws-error";

/** A quota of an account in a region. */
export interface ServiceQuota {
  readonly serviceCode: string;
  readonly quotaCode: string;
  /** The value without an increase; a new account may have less. */
  readonly awsDefault: number;
}

/** The limit to apply, and whether AWS reported it for this account. */
export interface Limit {
  readonly limit: number;
  readonly known: boolean;
  /** Follows the number and says why it is AWS's default; empty when the limit is known. */
  readonly source: string;
}

/** Reads a quota. Without the permission or the Service Quotas service, AWS's default applies. */
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
    if (Quota?.Value === undefined) return unknown("AWS does not report the quota");
    return { limit: Quota.Value, known: true, source: "" };
  } catch (error) {
    return unknown(`the query to Service Quotas failed: ${wordsOf(error)}`);
  }
}

/** The command that requests an increase from AWS. */
export function increaseCommand(
  { serviceCode, quotaCode }: ServiceQuota,
  value: number,
  { region }: Pick<Config, "region">,
): string {
  return `aws service-quotas request-service-quota-increase --service-code ${serviceCode} --quota-code ${quotaCode} --desired-value ${value} --region ${region}`;
}
