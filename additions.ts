import { services } from "./services";
import { defineAdditions } from "./stacks/platform/addition";

/**
 * The team's own constructs in the stack `platform`, such as a cache, and what each service gets of them:
 * variables and permissions. docs/additions.md has an example.
 */
export const additions = defineAdditions(services, () => ({}));
