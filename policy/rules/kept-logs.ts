import { containersOf } from "../containers";
import { type Rule, breach } from "../rule";
import { record, refersTo, resourcesOf } from "../stack";

export const keptLogs: Rule = {
  promise: "Every container writes a log, and every log is kept for a stated number of days",
  fix: "give the container a logConfiguration to a log group of the stack, and the group retentionInDays",
  breaches: ({ stacks }) => {
    const groups = resourcesOf(stacks, "aws_cloudwatch_log_group");
    const unlogged = containersOf(stacks).filter(({ container }) => {
      const { logDriver, options } = record(container["logConfiguration"]);
      const group = record(options)["awslogs-group"];
      return logDriver !== "awslogs" || !groups.some((each) => refersTo(group, each));
    });
    return [
      ...unlogged.map(({ resource, name }) =>
        breach(resource, `the container ${name} writes to no log group of the stack`),
      ),
      ...groups
        .filter(({ block }) => !(Number(block["retention_in_days"]) > 0))
        .map((group) => breach(group, "it is kept for ever")),
    ];
  },
};
