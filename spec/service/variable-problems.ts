import { bucketVariable, bucketsUsedBy } from "./buckets";
import { namesIn } from "./named-list";
import { queueVariable, queuesUsedBy } from "./queues";
import { secretEntries } from "./secrets";
import { type ServiceSpec, urlVariable } from "./spec";
import { RESERVED_NAMES, RESERVED_VARIABLE, VARIABLE } from "./variable";

/** A word that sets a variable of the containers, and what its value is. */
interface Source {
  readonly variable: string;
  /** `calls: ["orders"]` */
  readonly word: string;
  /** `the URL of orders` */
  readonly value: string;
}

/** What is wrong with a service's variables: two words set one, or its name is not for a service to set. */
export function variableProblems(spec: ServiceSpec): string[] {
  const sources = sourcesOf(spec);
  const twice = sources.flatMap((source, index) => {
    const { variable, word, value } = source;
    const first = sources.slice(0, index).find((each) => each.variable === variable);
    if (first === undefined) return [];
    const fix = first.word === "environment" ? "remove" : "rename";
    return [
      `${first.word} sets ${variable}, but so does ${word}, with ${value}; ${fix} one of them`,
    ];
  });
  return [...twice, ...variableNameProblems(spec.environment)];
}

/** Names in `environment` that no container may have, or that the platform sets itself. */
export function variableNameProblems(environment: ServiceSpec["environment"] = {}): string[] {
  return Object.keys(environment)
    .filter((variable) => !VARIABLE.test(variable) || RESERVED_VARIABLE.test(variable))
    .map(
      (variable) =>
        `environment sets ${variable}; a name must be letters, digits and _, but not __proto__, and ${RESERVED_NAMES}`,
    );
}

/** A callee that is named twice, or a queue that it sends to and receives, has one variable all the same. */
function sourcesOf(spec: ServiceSpec): Source[] {
  const { environment = {}, calls = [], receives } = spec;
  const received = namesIn(receives);
  return [
    ...Object.keys(environment).map((variable) => {
      return { variable, word: "environment", value: "its text" };
    }),
    ...[...new Set(calls)].map((callee) => {
      const word = `calls: ["${callee}"]`;
      return { variable: urlVariable(callee), word, value: `the URL of ${callee}` };
    }),
    ...queuesUsedBy(spec).map((queue) => {
      const word = `${received.includes(queue) ? "receives" : "sends"}: ["${queue}"]`;
      return { variable: queueVariable(queue), word, value: `the URL of the queue ${queue}` };
    }),
    ...[...new Set(bucketsUsedBy(spec))].map((bucket) => {
      const word = `stores: ["${bucket}"]`;
      return { variable: bucketVariable(bucket), word, value: `the name of the bucket ${bucket}` };
    }),
    ...[...new Set(secretEntries(spec).map(([name]) => name))].map((name) => {
      return { variable: name, word: `secrets: ["${name}"]`, value: "a secret" };
    }),
  ];
}
