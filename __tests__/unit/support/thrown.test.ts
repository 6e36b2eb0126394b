import { expect, test } from "vitest";

const nothing = undefined as unknown as Error;
const throwNothing = () => {
  throw nothing;
};

test("words are not found in what throws nothing", async () => {
  const rejected = Promise.reject(nothing);
  const expectations = [
    () => {
      expect(throwNothing).toThrow("words");
    },
    async () => {
      await expect(rejected).rejects.toThrow(/words/);
    },
  ];
  for (const expectation of expectations) {
    await expect(Promise.resolve().then(expectation)).rejects.toThrow("no error");
  }
});

test("words are found in an error, and not in another", async () => {
  const failed = new Error("the words");
  await expect(Promise.reject(failed)).rejects.toThrow("words");
  await expect(Promise.reject(failed)).rejects.not.toThrow("others");
  expect(() => {
    throw failed;
  }).toThrow("words");
});
