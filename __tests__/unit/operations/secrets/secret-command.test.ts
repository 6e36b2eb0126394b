import { expect, test } from "vitest";
import { setCommand } from "../../../../operations/secrets/secret-command";

test.each([
  ["dev", undefined, "npx platform secret set dev web KEY"],
  ["pr-7", undefined, "npx platform secret set preview web KEY"],
  [
    "local",
    "http://127.0.0.1:4566",
    'eval "$(npx platform env)" && npx platform secret set local web KEY',
  ],
])("in %s a secret is set by a command that the shell takes", (suffix, registry, command) => {
  expect(setCommand({ suffix, registry }, "web", "KEY")).toBe(command);
});
