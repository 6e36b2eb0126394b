import { expect, test } from "vitest";
import { catalogueProblems } from "../../../../spec/service/problems";
import { fixture } from "../../../support/services";

const problems = (owner: unknown) =>
  catalogueProblems({ archive: { ...fixture.web, calls: [], owner } });

test.each(["payments team", "team@example.com", "Zürich: a/b_c-d+e=f.", "o".repeat(256)])(
  "the owner %s is accepted, as AWS takes it in a tag",
  (owner) => {
    expect(problems(owner)).toEqual([]);
  },
);

test.each(["", " ", "team ", "a, b", "a & b", "${a}", "o".repeat(257), 7, ["team"]])(
  "the owner %j is refused",
  (owner) => {
    const [found, ...others] = problems(owner);
    expect(found).toContain("services: archive.owner is ");
    expect(found).toContain("1 to 256 letters, digits, spaces and + - = . _ : / @");
    expect(others).toEqual([]);
  },
);
