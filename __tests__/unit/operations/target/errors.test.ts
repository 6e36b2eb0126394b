import { describe, expect, test } from "vitest";
import {
  hasName,
  isDenied,
  isUnreadable,
  wasAnswered,
  wordsOf,
} from "../../../../operations/target/aws-error";
import { hasStatus, isNotFound } from "../../../../operations/target/engine-answer";
import { UNTRUSTED_ISSUER, hasCode } from "../../../../operations/target/error-code";
import { answersOf } from "../../../support/foreign-answer";

const named = (name: string, message = "", more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });

describe("an error of AWS", () => {
  test.each([
    ["AccessDenied", true],
    ["AccessDeniedException", true],
    ["UnauthorizedOperation", true],
    ["ExpiredToken", false],
    ["", false],
  ])("%s means that the caller may not do it: %s", (name, denied) => {
    expect(isDenied(named(name))).toBe(denied);
  });

  test("has one of several names", () => {
    expect(hasName(named("Throttling"), "RequestLimitExceeded", "Throttling")).toBe(true);
    expect(hasName({ name: "Throttling" }, "Throttling")).toBe(false);
    expect(hasName(undefined, "Throttling")).toBe(false);
  });

  test.each([
    ["with a status", named("AccessDenied", "", { $metadata: { httpStatusCode: 403 } }), true],
    ["of a connection that broke", named("TimeoutError", "", { $metadata: {} }), false],
    ["without what the SDK knows of it", named("TimeoutError", "", { $metadata: null }), false],
    ["with a text for that", named("TimeoutError", "", { $metadata: "403" }), false],
    ["of the system", named("Error", "connect ECONNREFUSED"), false],
    ["that is none", { $metadata: { httpStatusCode: 403 } }, false],
  ])("%s was answered: %s", (_, error, answered) => {
    expect(wasAnswered(error)).toBe(answered);
  });

  test.each([
    [named("AccessDenied", "not you"), "AccessDenied: not you"],
    [named("AggregateError", "", { code: "ECONNREFUSED" }), "ECONNREFUSED"],
    [named("Error", "connect", { code: "ECONNREFUSED" }), "ECONNREFUSED: connect"],
    [named("TimeoutError"), "TimeoutError"],
    ["a text", "a text"],
  ])("in words: %#", (error, words) => {
    expect(wordsOf(error)).toBe(words);
  });
});

describe("an answer that is none of AWS's", () => {
  const PAGE = "<html><body>Blocked<br></body></html>";

  test.each([403, 200])(
    "with the status %i counts as none, and its status is told",
    async (status) => {
      const [xml, json] = await answersOf(status, PAGE);
      expect([wasAnswered(xml), wasAnswered(json)]).toEqual([false, false]);
      expect([isUnreadable(xml), isUnreadable(json)]).toEqual([true, true]);
      expect(wordsOf(xml)).toMatch(new RegExp(`^HTTP ${status}: @aws-sdk XML parse error: .*$`));
      expect(wordsOf(json)).toMatch(new RegExp(`^HTTP ${status}: Unexpected token '<'.*$`));
    },
  );

  test("without any words has its status", async () => {
    const answers = await answersOf(407, "");
    expect(answers.map(wordsOf)).toEqual(Array(2).fill("HTTP 407 without a reason"));
    expect(answers.map(wasAnswered)).toEqual([true, true]);
  });
});

test.each([
  [Object.assign(new Error("no such image"), { statusCode: 404 }), true],
  [Object.assign(new Error("conflict"), { statusCode: 409 }), false],
  [new Error("connect ENOENT"), false],
  [{ statusCode: 404 }, false],
])("the engine reports with 404 alone that something does not exist: %#", (error, missing) => {
  expect(isNotFound(error)).toBe(missing);
});

test("the engine's other answers have their status", () => {
  expect(hasStatus(Object.assign(new Error("conflict"), { statusCode: 409 }), 409)).toBe(true);
});

test.each([
  [{ code: "ENOENT" }, true],
  [{ code: "EACCES" }, true],
  [{ code: "EPERM" }, false],
  [{}, false],
  [null, false],
  [undefined, false],
  ["ENOENT", false],
])("a code of the system is found in %j: %s", (error, found) => {
  expect(hasCode(error, "ENOENT", "EACCES")).toBe(found);
});

// The issuer is missing at one of these places of the chain.
test.each([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
])("%s says that this machine does not know who issued a certificate", (code) => {
  expect(hasCode({ code }, ...UNTRUSTED_ISSUER)).toBe(true);
});

test.each(["CERT_HAS_EXPIRED", "ERR_TLS_CERT_ALTNAME_INVALID"])(
  "%s says something else",
  (code) => {
    expect(hasCode({ code }, ...UNTRUSTED_ISSUER)).toBe(false);
  },
);
