import { insightsLogGroup, logGroupPrefix } from "../../../spec/names";
import { databaseLogGroup } from "../../../spec/log-names";
import { type Environment, arn } from "./environment";
import { type PermissionTable, allow, allowEverywhere, of } from "./grant";

/**
 * The log groups of services, of Container Insights and of the database.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
export function logGroups(environment: Environment): PermissionTable {
  const names = [logGroupPrefix, insightsLogGroup, databaseLogGroup];
  const own = names.map((name) =>
    // AWS checks either form, with and without `:*`.
    arn(environment, "logs", `log-group:${name(environment)}*`),
  );
  const list = allowEverywhere(
    "Log groups are listed by a prefix, which IAM cannot restrict.",
    of("logs", "DescribeLogGroups"),
  );
  return {
    aws_cloudwatch_log_group: {
      read: [list, allow(own, of("logs", "ListTagsForResource"))],
      write: [
        allow(own, of("logs", "CreateLogGroup", "DeleteLogGroup")),
        allow(own, of("logs", "PutRetentionPolicy", "DeleteRetentionPolicy")),
        allow(own, of("logs", "TagResource", "UntagResource")),
      ],
    },
    "data.aws_cloudwatch_log_groups": { read: [list], write: [] },
  };
}
