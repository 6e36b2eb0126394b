import fc from "fast-check";
import { isServiceName, isSuffix } from "../../spec/names";
import { REGIONS } from "../../spec/regions";
import { SETTINGS } from "../../spec/variables/platform";

/** All that an environment's names are made of. */
export interface Parts {
  readonly name: string;
  readonly service: string;
  readonly suffix: string;
  readonly region: string;
  readonly cidr: string;
}

/** Few words, so that two names often begin or end alike; those that the platform adds are among them. */
const WORDS = [
  "a",
  "dev",
  "dev2",
  "api",
  "pr",
  "1",
  "7",
  "7dev",
  "ecs",
  "app",
  "use1",
  "probe",
  "database",
  "writer",
  "task",
];

const REGIONS_OF_TESTS = fc.constantFrom(...REGIONS.slice(0, 3));

export const words = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 8 });

/** Texts of one to four words. */
const text = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 })
  .map((some) => some.join("-"));

/** What the product takes: nothing but its own rules decides. */
export function areAllowed({ name, service, suffix }: Pick<Parts, "name" | "service" | "suffix">) {
  return SETTINGS.name.test(name) && isServiceName(service) && isSuffix(suffix);
}

const parts: fc.Arbitrary<Parts> = fc.record({
  name: text.filter((value) => SETTINGS.name.test(value)),
  service: text.filter((value) => isServiceName(value)),
  suffix: text.filter(isSuffix),
  region: REGIONS_OF_TESTS,
  cidr: fc.constant("10.0.0.0/16"),
});

/** Two environments with a service each, that mostly have several parts in common. */
export const pairs: fc.Arbitrary<readonly [Parts, Parts]> = fc
  .tuple(parts, parts, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), fc.boolean())
  .map(([one, other, [name, service, suffix, region], longer]) => {
    const shared: Parts = {
      ...other,
      ...(name && { name: one.name }),
      ...(service && { service: one.service }),
      ...(suffix && { suffix: one.suffix }),
      ...(region && { region: one.region }),
    };
    // A suffix that ends, or begins, with the other's.
    const near = [`pr-${one.suffix}`, `${one.suffix}2`, `pr-a-${one.suffix}`].filter(isSuffix);
    return [one, longer ? { ...shared, suffix: near[0] ?? shared.suffix } : shared];
  });
