import { expect, test } from "vitest";
import { moduleProxy } from "../../../../../local/machine/offline/go";

test.each([
  [undefined, "https://proxy.golang.org"],
  ["", "https://proxy.golang.org"],
  ["direct", "https://proxy.golang.org"],
  ["https://goproxy.example/,direct", "https://goproxy.example"],
  ["off|http://inside.example/go", "http://inside.example/go"],
])("the module proxy of GOPROXY=%s is %s", (setting, proxy) => {
  expect(moduleProxy(setting)).toBe(proxy);
});
