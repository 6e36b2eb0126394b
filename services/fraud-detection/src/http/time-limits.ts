/**
 * What a client may take its time for, in milliseconds.
 *
 * @see https://nodejs.org/docs/latest-v22.x/api/http.html#class-httpserver
 */
export const TIME_LIMITS = {
  // Longer than the idle time-out of a load balancer (60 s): the side that closes an idle connection
  // must be the balancer, or a request may run into a connection that is just being closed here.
  keepAliveTimeout: 75_000,
  /** For a request with its body. */
  requestTimeout: 10_000,
  /** Without a byte in either direction, as of a client that does not read its answers. */
  connectionTimeout: 20_000,
  http: {
    headersTimeout: 5_000,
    // Node.js looks every 30 s otherwise, so that a limit of 10 s might be one of 40 s.
    connectionsCheckingInterval: 1_000,
  },
};
