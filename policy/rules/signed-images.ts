import { type Rule, breach } from "../rule";
import { type Resource, type Stack, blocks, partOf, record, refersTo, resourcesOf } from "../stack";

/** What a reference ends with if the registry or a signature gave its digest. */
const DIGEST = /@\$\{[\w.-]+\}$/;

export const signedImages: Rule = {
  promise: "Where an environment signs, no reference to an image is known before it is signed",
  fix: "let the reference take its digest from the signature, a terraform_data whose command signs that digest",
  breaches: ({ stacks, signs }) => {
    if (!signs) return [];
    const signatures = resourcesOf(stacks, "terraform_data").filter(isSignature);
    return stacks.flatMap((stack) =>
      references(stack)
        .filter(([, value]) => !signatures.some((signature) => refersTo(value, signature)))
        .map(([name]) => {
          const place = { stack: stack.name, address: `local.${name}` };
          return breach(place, "its image need not be signed");
        }),
    );
  },
};

function references(stack: Stack): [string, unknown][] {
  return Object.entries(partOf(stack, "locals")).filter(([, value]) => DIGEST.test(String(value)));
}

/** Whether it signs the digest that it gives. */
function isSignature({ block }: Resource): boolean {
  const { digest } = record(block["triggers_replace"]);
  return blocks(block["provisioner"])
    .flatMap((each) => blocks(each["local-exec"]))
    .some(
      ({ command, environment }) =>
        String(command).startsWith("exec ./sign-image ") &&
        String(record(environment)["IMAGE"]).endsWith(`@${String(digest)}`),
    );
}
