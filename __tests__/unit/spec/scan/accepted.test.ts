import { describe, expect, test } from "vitest";
import { acceptedVulnerabilities } from "../../../../accepted-vulnerabilities";
import { readConfig } from "../../../../project";
import { services } from "../../../../services";
import { scanOn } from "../../../../spec/scan/accepted";
import { readAccepted } from "../../../../spec/scan/accepted-problems";
import { reaches } from "../../../../spec/scan/settings";
import { environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";

const NOW = new Date("2026-11-30T12:00:00Z");
const right = {
  id: "CVE-2026-1234",
  package: "openssl",
  reason: "nothing here speaks TLS 1.1",
  until: "2027-01-31",
};
const problemsOf = (...entries: unknown[]) => readAccepted(entries, fixture, NOW).problems;

test("the shipped list has no problems", () => {
  expect(readAccepted(acceptedVulnerabilities, services, new Date()).problems).toEqual([]);
});

test.each([
  right,
  { ...right, id: "GHSA-2g68-c3qc-8985", package: "@fastify/cors" },
  { ...right, id: "ALAS2023-2026-123", service: "web" },
  { ...right, service: "database-setup" },
  { ...right, until: "2027-11-30" },
  { ...right, until: "2020-02-29" },
])("%j is accepted", (entry) => {
  expect(problemsOf(entry)).toEqual([]);
});

test.each<[object, string]>([
  [{ id: "CVE-26-1" }, 'entry 1.id is "CVE-26-1"; it must be an identifier such as CVE-2026-1234'],
  [{ id: "GHSA-aaaa-bbbb-cccc" }, 'entry 1.id is "GHSA-aaaa-bbbb-cccc"; it must be an identifier'],
  [{ package: "" }, 'entry 1.package is ""; it must be the name of a package'],
  [{ package: "${x}" }, 'entry 1.package is "${x}"; it must be the name of a package'],
  [{ reason: "  later  " }, 'entry 1.reason is "  later  "; it must be a sentence that says why'],
  [{ until: "2027-02-30" }, 'entry 1.until is "2027-02-30"; it must be a day such as 2027-01-31'],
  [{ until: "31.01.2027" }, 'entry 1.until is "31.01.2027"; it must be a day such as 2027-01-31'],
  [{ until: undefined }, "entry 1.until is not set; it must be a day"],
  [
    { until: "2027-12-01" },
    'entry 1 (CVE-2026-1234 of openssl).until is "2027-12-01"; it must be at most a year ahead, 2027-11-30',
  ],
  [
    { service: "wbe" },
    'entry 1 (CVE-2026-1234 of openssl in wbe).service is "wbe", which is not an image; did you mean web?',
  ],
  [{ untill: "2027-01-31" }, "entry 1.untill is not a setting; did you mean until?"],
])("%j is refused with the value and the rule", (change, message) => {
  const problem: unknown = expect.stringContaining(`accepted-vulnerabilities: ${message}`);
  expect(problemsOf({ ...right, ...change })).toEqual([problem]);
});

test("the same entry twice, and what is no list, are refused", () => {
  expect(problemsOf(right, { ...right, service: "web" })).toEqual([]);
  expect(problemsOf(right, { ...right, reason: "another reason" })).toEqual([
    "accepted-vulnerabilities: entry 2 (CVE-2026-1234 of openssl) is there twice; remove one of them",
  ]);
  expect(readAccepted({}, fixture, NOW).problems).toEqual([
    "accepted-vulnerabilities: the file's export is {}; it must be a list",
  ]);
});

describe("an environment's scan", () => {
  test("has what is accepted on the day, its last one included", () => {
    const last = { ...right, until: "2026-11-30" };
    const over = { ...right, until: "2026-11-29" };
    const { accepted, ended } = scanOn(NOW, { threshold: "high" }, [right, last, over]);
    expect(accepted).toEqual([right, last]);
    expect(ended).toEqual([over]);
  });

  test("is none by default, and reports what nobody can mend", () => {
    const read = (settings: Parameters<typeof environmentsWith>[0]) =>
      readConfig({}, environmentsWith(settings), fixture, NOW, [right]);
    expect(read({}).config.scan).toBeUndefined();
    expect(read({ scan: { threshold: "high" } }).config.scan).toEqual({
      threshold: "high",
      unfixed: "report",
      accepted: [right],
      ended: [],
    });
  });

  test("is refused with a wrong list, even where it is not used", () => {
    const { problems } = readConfig({}, environmentsWith(), fixture, NOW, [{ id: 5 }]);
    expect(problems).toHaveLength(4);
  });

  test.each(["mirror.example.com", "ftp://mirror.example.com", "https://"])(
    "takes no database from %s",
    (mirror) => {
      const { problems } = readConfig({ PLATFORM_VULNERABILITY_DATABASE: mirror });
      expect(problems).toEqual([
        expect.stringMatching(/^PLATFORM_VULNERABILITY_DATABASE is ".*"; it must be empty, or the/),
      ]);
    },
  );
});

test("a severity reaches a threshold that is no worse", () => {
  const reaching = (threshold: Parameters<typeof reaches>[1]) =>
    ["critical", "high", "medium", "low", "negligible", "unknown"].filter((each) =>
      reaches(each, threshold),
    );
  expect(reaching("critical")).toEqual(["critical"]);
  expect(reaching("medium")).toEqual(["critical", "high", "medium"]);
  expect(reaching("low")).toEqual(["critical", "high", "medium", "low"]);
});
