import { type Rule, breach } from "../rule";
import { blocks, resourcesOf, strings } from "../stack";

export const immutableTags: Rule = {
  promise: "A pushed image is scanned, and its tag never moves",
  fix: "set imageTagMutability to IMMUTABLE and scanOnPush to true on the repository",
  breaches: ({ stacks }) =>
    resourcesOf(stacks, "aws_ecr_repository").flatMap((repository) => {
      const { image_tag_mutability: tags, image_scanning_configuration: scanning } =
        repository.block;
      return [
        ...(tags === "IMMUTABLE" ? [] : [`its tags are ${strings(tags).join() || "MUTABLE"}`]),
        ...(blocks(scanning).some((each) => each["scan_on_push"] === true)
          ? []
          : ["it does not scan a pushed image"]),
      ].map((found) => breach(repository, found));
    }),
};
