/** A question to CloudWatch Logs Insights. */
export interface LogQuery {
  readonly question: string;
  readonly lines: readonly string[];
}

/** The levels of failures: those of Python's logging and of pino. */
const FAILURES = '["ERROR", "CRITICAL", "FATAL"]';

/**
 * Questions that fit the JSON lines of the shipped services, whichever of the two spellings they use.
 * CloudWatch finds the fields of JSON lines by itself.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
export const LOG_QUERIES: readonly LogQuery[] = [
  {
    question: "What fails?",
    lines: [
      "fields @timestamp, @log, level, message, coalesce(err.message, exception) as error, coalesce(requestId, request_id) as request",
      `| filter level in ${FAILURES}`,
      "| sort @timestamp desc",
      "| limit 100",
    ],
  },
  {
    question: "When did the failures begin?",
    lines: [`filter level in ${FAILURES}`, "| stats count(*) as failures by bin(1m), @log"],
  },
  {
    question: "Which requests get a 5xx?",
    lines: [
      "fields coalesce(route, path) as place",
      "| filter status >= 500",
      "| stats count(*) as answers by @log, method, place, status",
      "| sort answers desc",
    ],
  },
  {
    question: "Which requests are slow?",
    lines: [
      "fields @timestamp, @log, method, coalesce(route, path) as place, status, coalesce(durationMs, duration_ms) as ms, coalesce(requestId, request_id) as request",
      "| filter ms > 1000",
      "| sort ms desc",
      "| limit 100",
    ],
  },
  {
    question:
      "What happened to one request, in all services? (Its ID is in the header X-Request-ID.)",
    lines: [
      "fields @timestamp, @log, level, message, coalesce(requestId, request_id) as request",
      '| filter request = "1-67891233-abcdef012345678912345678"',
      "| sort @timestamp",
    ],
  },
  {
    question: "What is no JSON, such as the last words of a program that crashed?",
    lines: [
      "fields @timestamp, @log, @message",
      "| filter not ispresent(level)",
      "| sort @timestamp desc",
      "| limit 100",
    ],
  },
];

/** What `npx platform logs --grep` takes for the same levels. */
export const FAILURE_PATTERN = "ERROR|CRITICAL|FATAL";
