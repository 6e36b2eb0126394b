import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

// An id from outside is taken only in a form that cannot disturb a header or a log.
const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
// "Root=1-67891233-abcdef012345678912345678", from the load balancer; other fields may stand around.
const TRACE_ROOT = /(?:^|;)Root=([A-Za-z0-9-]{1,64})(?:;|$)/;

/** The id that the caller or the load balancer gave the request, or a new one. */
export function requestId(headers: IncomingHttpHeaders): string {
  const given = headers["x-request-id"];
  if (typeof given === "string" && REQUEST_ID.test(given)) return given;
  const trace = headers["x-amzn-trace-id"];
  const [, root] = (typeof trace === "string" && TRACE_ROOT.exec(trace)) || [];
  return root ?? randomUUID();
}
