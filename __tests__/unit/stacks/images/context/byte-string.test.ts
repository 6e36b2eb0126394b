import { expect, test } from "vitest";
import {
  bytesOf,
  isText,
  pathOf,
  shown,
  textOf,
} from "../../../../../stacks/images/context/byte-string";

test("a text has one character for each byte of its UTF-8", () => {
  expect(bytesOf("café.txt")).toBe("caf\xc3\xa9.txt");
  expect(textOf("caf\xc3\xa9.txt")).toBe("café.txt");
});

test.each([
  // JavaScript makes one sign of bytes that begin a character, Go makes one of each.
  ["\xe2\x82", "\ufffd\ufffd"],
  ["\xe9\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80.", "\ufffdé€😀."],
])("each byte that belongs to no character becomes a sign: %j", (bytes, text) => {
  expect(textOf(bytes)).toBe(text);
  expect(isText(bytes)).toBe(false);
});

test("a message shows text as it is, and escapes what would break it", () => {
  expect(shown(bytesOf("é"))).toBe("é");
  expect(shown("a\nb")).toBe(String.raw`a\x0ab`);
  expect(shown("caf\xe9")).toBe(String.raw`caf\xe9`);
});

test("a path that is not ASCII is one of bytes", () => {
  expect(pathOf("app/main.py")).toBe("app/main.py");
  expect(pathOf("caf\xe9")).toEqual(Buffer.from([0x63, 0x61, 0x66, 0xe9]));
});
