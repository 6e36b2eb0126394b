import { describe, expect, test } from "vitest";
import { hasName, isDenied, wasAnswered, wordsOf } from "../../../../operations/target/aws-error";
import { hasStatus, isNotFound } from "../../../../operations/target/engine-answer";
import { UNTRUSTED_ISSUER, hasCode } from "../../../../operations/target/error-code";

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
