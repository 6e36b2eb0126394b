/** Limits that AWS WAF enforces at the load balancer, before a request reaches a service. */
export interface Firewall {
  /**
   * Requests that one client address may send in any five minutes; AWS WAF answers further ones with 429
   * until its rate drops. It counts with a delay of half a minute. From 10 to 2,000,000,000.
   *
   * @see https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html
   */
  readonly requestsPerFiveMinutes: number;
}

/** The limits that AWS WAF accepts. */
export const REQUEST_LIMITS = { minimum: 10, maximum: 2_000_000_000 } as const;
