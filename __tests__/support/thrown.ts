import { chai } from "vitest";

/** What a test sees if nothing but `undefined` was thrown. */
class NothingThrown extends Error {
  constructor() {
    super("what was thrown is no error");
    this.name = "NothingThrown";
  }
}

const given = (thrown: unknown): unknown => thrown ?? new NothingThrown();

const MARK = Symbol.for("an error is expected");

/**
 * Has `toThrow("words")` fail for `throw undefined`: Chai compares the words of an error only if there is
 * one, and a function that should make the error and returns nothing would pass.
 */
export function expectErrors(): void {
  chai.use(({ Assertion }, utils) => {
    // The files of a process share it.
    if (Reflect.has(Assertion, MARK)) return;
    Reflect.set(Assertion, MARK, true);
    utils.overwriteMethod(
      Assertion.prototype,
      "throws",
      (assert: (...args: unknown[]) => unknown) => {
        return function (this: object, ...args: unknown[]) {
          const object = utils.flag(this, "object") as unknown;
          if (utils.flag(this, "promise") === "rejects") utils.flag(this, "object", given(object));
          else if (typeof object === "function") {
            utils.flag(this, "object", () => {
              try {
                return (object as () => unknown)();
              } catch (error) {
                throw given(error);
              }
            });
          }
          return assert.apply(this, args);
        };
      },
    );
  });
}
