import { describe, expect, test } from "vitest";
import { chosenRevision, otherRevisions } from "../../../../operations/rollouts/chosen-revision";
import { refusal } from "../../../support/refusal";

const FAMILY = "arn:aws:ecs:us-east-1:123456789012:task-definition/platform-web-dev";
const revision = (number: number, deployedAt?: Date) => ({
  taskDefinition: `${FAMILY}:${number}`,
  deployedAt,
});
const AT = new Date("2026-11-30T10:00:00Z");
const choice = (current: number, ...deployed: readonly ReturnType<typeof revision>[]) => ({
  service: "web",
  suffix: "dev",
  current: `${FAMILY}:${current}`,
  deployed,
});

describe("the revision to go back to", () => {
  const three = choice(5, revision(5, AT), revision(4, AT), revision(3));

  test("is the one deployed last besides the present one, or the one that is wanted", () => {
    expect(chosenRevision(three, undefined)).toEqual(revision(4, AT));
    expect(chosenRevision(three, 3)).toEqual(revision(3));
  });

  test("is not the present one, which a restart is for", () => {
    expect(() => chosenRevision(three, 5)).toThrow(
      refusal(
        "web already has the revision 5.",
        "npx platform restart dev web replaces its tasks; 4 (deployed 2026-11-30T10:00:00Z), 3",
      ),
    );
    expect(() => chosenRevision(choice(5, revision(5)), 5)).toThrow(
      refusal(
        "web already has the revision 5.",
        "no other revision has been deployed with success",
      ),
    );
  });

  test("is one that was deployed with success", () => {
    expect(() => chosenRevision(three, 2)).toThrow(
      refusal(
        "ECS does not know the revision 2 of web to have been deployed with success.",
        "Choose one with --to: 4 (deployed 2026-11-30T10:00:00Z), 3",
      ),
    );
    expect(() => chosenRevision(choice(5, revision(5)), undefined)).toThrow(
      refusal(
        "web has no earlier revision that ECS knows to have been deployed with success.",
        "Revert the commit, then npx platform deploy dev. ECS knows platform-web-dev:5 alone.",
      ),
    );
  });
});

describe("beside a rollback that fails", () => {
  test("five others are named at most, and neither the present one nor the chosen one", () => {
    const deployed = [9, 8, 7, 6, 5, 4, 3, 2].map((number) => revision(number));
    expect(otherRevisions(choice(9, ...deployed), revision(8))).toBe(
      "The same rollback would fail again. npx platform rollback dev web --to N takes another revision: 7, 6, 5, 4, 3. npx platform deploy dev deploys what the commit says.",
    );
  });

  test("without another one there is the commit", () => {
    expect(otherRevisions(choice(9, revision(9), revision(8)), revision(8))).toBe(
      "The same rollback would fail again, and there is no other revision to go back to. npx platform deploy dev deploys what the commit says.",
    );
  });
});
