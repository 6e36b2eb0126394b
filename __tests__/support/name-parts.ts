import fc from "fast-check";
import { isServiceName, isSuffix } from "../../spec/names";
import { REGIONS } from "../../spec/regions";
import { PLATFORM_VARIABLES } from "../../spec/variables/platform-variables";

/** All parts of an environment's names. */
export interface Parts {
  readonly name: string;
  readonly service: string;
  readonly suffix: string;
  readonly region: string;
  readonly cidr: string;
}

/** Few words, so that names often share a prefix or suffix; the platform's own words are included. */
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

/** Whether the product accepts these parts, by its own rules alone. */
export function areAllowed({ name, service, suffix }: Pick<Parts, "name" | "service" | "suffix">) {
  return PLATFORM_VARIABLES.name.test(name) && isServiceName(service) && isSuffix(suffix);
}

const parts: fc.Arbitrary<Parts> = fc.record({
  name: text.filter((value) => PLATFORM_VARIABLES.name.test(value)),
  service: text.filter((value) => isServiceName(value)),
  suffix: text.filter(isSuffix),
  region: REGIONS_OF_TESTS,
  cidr: fc.constant("10.0.0.0/16"),
});

/** Two environments with one service each, which mostly share several parts. */
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
    // A suffix that ends or begins with the other's suffix.
    const near = [`pr-${one.suffix}`, `${one.suffix}2`, `pr-a-${one.suffix}`].filter(isSuffix);
    return [one, longer ? { ...shared, suffix: near[0] ?? shared.suffix } : shared];
  });
