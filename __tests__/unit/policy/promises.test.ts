import { describe, expect, test } from "vitest";
import { environments } from "../../../environments";
import { brokenPromises } from "../../../policy/promises";
import { accountSetup, asSet, references, withOtherDomain } from "../../../policy/variants";
import { services } from "../../../services";

describe("the architecture keeps its promises", () => {
  test.each([...asSet(services, environments), ...withOtherDomain(services, environments)])(
    "in $title, with the services of the catalogue",
    async (variant) => {
      expect(await brokenPromises(variant)).toEqual([]);
    },
  );

  test.each(references())("in $title, with a service of each kind", async (variant) => {
    expect(await brokenPromises(variant)).toEqual([]);
  });

  test("in the setup of an account", async () => {
    expect(await brokenPromises(accountSetup())).toEqual([]);
  });
});
