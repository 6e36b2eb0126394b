import { namePartProblem } from "../names";
import { BUCKET_LETTERS, type BucketEdges, RESERVED_BUCKETS, bucketVariable } from "./buckets";
import { namesIn, valuesIn } from "./named-list";
import { RESERVED_VARIABLE } from "./variable";

type Services = Readonly<Record<string, BucketEdges>>;

/** Buckets that AWS would refuse, and those whose services want different ones. */
export function bucketProblems(services: Services): string[] {
  return [
    ...Object.entries(services).flatMap(([service, { stores }]) =>
      listProblems(`${service}.stores`, namesIn(stores)),
    ),
    ...disagreements(services),
  ];
}

function listProblems(word: string, buckets: readonly string[]): string[] {
  return [
    ...(new Set(buckets).size === buckets.length ? [] : [`${word} names a bucket twice`]),
    ...[...new Set(buckets)].flatMap((bucket) => {
      const problem = bucketNameProblem(bucket);
      return problem === undefined
        ? []
        : [`${word}: the name ${JSON.stringify(bucket)} ${problem}`];
    }),
  ];
}

function bucketNameProblem(bucket: string): string | undefined {
  const problem = namePartProblem(bucket, BUCKET_LETTERS);
  if (problem !== undefined)
    return `${problem}; S3's 63 characters also hold the platform's name, the account, the region and the environment`;
  if (RESERVED_BUCKETS.includes(bucket))
    return "is reserved for the platform's own bucket; choose another name";
  const variable = bucketVariable(bucket);
  return RESERVED_VARIABLE.test(variable)
    ? `would set ${variable}, which is reserved for the platform; choose another name`
    : undefined;
}

/** Buckets that one service wants versioned, and another one not. */
function disagreements(services: Services): string[] {
  const wanted = new Map<string, { readonly service: string; readonly versioned: boolean }>();
  return Object.entries(services).flatMap(([service, { stores }]) =>
    valuesIn(stores).flatMap(([bucket, { versioned } = {}]) => {
      if (versioned === undefined) return [];
      const first = wanted.get(bucket) ?? { service, versioned };
      wanted.set(bucket, first);
      return first.versioned === versioned
        ? []
        : [
            `${service}.stores.${bucket}.versioned is ${versioned}, but ${first.service} says ${first.versioned} for the same bucket; say it in one of them`,
          ];
    }),
  );
}
