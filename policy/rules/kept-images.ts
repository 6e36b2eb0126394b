import { USES, useTagStart } from "../../spec/image-tags";
import { parsePolicy } from "../policy-text";
import { type Rule, breach } from "../rule";
import { type Block, blocks, record, resourcesOf, strings } from "../stack";

/** No environment runs so many different images of one service. */
const NEVER_REACHED = 100;

/** An image that matches a rule of ECR cannot be expired by a later one: so these must come first. */
export const keptImages: Rule = {
  promise: "What runs, and what ran before it, never expires",
  fix: "let the first rules of the lifecycle policy select the tags of the images in use, and more of them than ever run",
  breaches: ({ stacks }) =>
    resourcesOf(stacks, "aws_ecr_lifecycle_policy").flatMap((policy) => {
      const rules = blocks(record(parsePolicy(String(policy.block["policy"])))["rules"]);
      const sorted = rules.sort((a, b) => Number(a["rulePriority"]) - Number(b["rulePriority"]));
      const first = sorted.slice(0, USES.length);
      return USES.filter((use) => !first.some((rule) => keeps(rule, `${useTagStart(use)}*`))).map(
        (use) => breach(policy, `an image tagged ${useTagStart(use)}… may expire`),
      );
    }),
};

/** Whether a rule selects all images with such a tag, and expires none. */
function keeps(rule: Block, pattern: string): boolean {
  const selection = record(rule["selection"]);
  return (
    strings(selection["tagPatternList"]).join() === pattern &&
    selection["countType"] === "imageCountMoreThan" &&
    Number(selection["countNumber"]) >= NEVER_REACHED
  );
}
