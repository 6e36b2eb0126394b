import { describe, expect, test } from "vitest";
import { catalogueProblems } from "../../../../spec/service/problems";
import { bucketVariable, bucketsOf, bucketsUsedBy } from "../../../../spec/service/buckets";
import { fixture } from "../../../support/services";

const { web, orders } = fixture;

/** What is refused in a catalogue of two services that store like this. */
function problems(stores: unknown, others?: unknown): string[] {
  return catalogueProblems({
    web: { ...web, stores },
    orders: { ...orders, ...(others !== undefined && { stores: others }) },
  });
}

describe("a bucket", () => {
  test("exists because a service stores in it, and keeps no older versions", () => {
    expect([...bucketsOf({ a: { stores: ["uploads"] }, b: {} })]).toEqual([
      ["uploads", { versioned: false }],
    ]);
  });

  test("may have several services, and what one of them says counts for all, in any order", () => {
    const versioned = { uploads: { versioned: true } };
    for (const services of [
      { a: { stores: versioned }, b: { stores: ["uploads"] } },
      { a: { stores: { uploads: {} } }, b: { stores: versioned } },
    ]) {
      expect([...bucketsOf(services)]).toEqual([["uploads", { versioned: true }]]);
    }
    expect(problems(versioned, ["uploads"])).toEqual([]);
    expect(problems(versioned, versioned)).toEqual([]);
  });

  test("has its name in a variable of each service that stores in it", () => {
    expect(bucketsUsedBy({ stores: { scans: {}, uploads: { versioned: true } } })).toEqual([
      "scans",
      "uploads",
    ]);
    expect(bucketsUsedBy({})).toEqual([]);
    expect(bucketVariable("card-scans")).toBe("CARD_SCANS_BUCKET");
  });
});

test("a name of 14 characters is accepted", () => {
  expect(problems(["invoice-copies"])).toEqual([]);
});

test.each<[unknown, unknown, string]>([
  [
    ["invoice-archive"],
    undefined,
    "web.stores: the name \"invoice-archive\" must be 1 to 14 lower-case letters, digits and single hyphens, starting with a letter; S3's 63 characters also hold the platform's name, the account, the region and the environment",
  ],
  [["Uploads"], undefined, 'web.stores: the name "Uploads" must be 1 to 14 lower-case letters'],
  [["a-pr"], undefined, 'web.stores: the name "a-pr" contains the word pr'],
  [
    ["logs"],
    undefined,
    'web.stores: the name "logs" is reserved for the platform\'s own bucket; choose another name',
  ],
  [["database"], undefined, 'web.stores: the name "database" would set DATABASE_BUCKET'],
  [["uploads", "uploads"], undefined, "web.stores names a bucket twice"],
  [
    { uploads: { versioned: true } },
    { uploads: { versioned: false } },
    "orders.stores.uploads.versioned is false, but web says true for the same bucket; say it in one of them",
  ],
  [
    "uploads",
    undefined,
    'web.stores is "uploads"; it must be a list: ["uploads"] or an object such as { uploads: { versioned: true } }',
  ],
  [
    { uploads: { versioned: "yes" } },
    undefined,
    'web.stores.uploads.versioned is "yes"; it must be true or false',
  ],
  [{ uploads: { version: true } }, undefined, "did you mean versioned?"],
  [
    { uploads: true },
    undefined,
    "web.stores.uploads is true; it must be a bucket's settings such as { versioned: true }",
  ],
])("stores: %j and %j is refused", (stores, others, problem) => {
  expect(problems(stores, others)).toEqual([expect.stringContaining(problem)]);
});
