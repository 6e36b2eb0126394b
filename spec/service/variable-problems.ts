import { bucketVariable, bucketsUsedBy } from "./buckets";
import { namesIn } from "./named-list";
import { queueVariable, queuesUsedBy } from "./queues";
import { type ServiceSpec, urlVariable } from "./spec";

/** A word that sets a variable of the containers, and what its value is. */
interface Source {
  readonly variable: string;
  /** `calls: ["orders"]` */
  readonly word: string;
  /** `the URL of orders` */
  readonly value: string;
}

/** Variables that two words of a service would set, each with both of them. */
export function variableProblems(spec: ServiceSpec): string[] {
  const sources = sourcesOf(spec);
  return sources.flatMap((source, index) => {
    const { variable, word, value } = source;
    const first = sources.slice(0, index).find((each) => each.variable === variable);
    if (first === undefined) return [];
    const fix = first.word === "environment" ? "remove" : "rename";
    return [
      `${first.word} sets ${variable}, but so does ${word}, with ${value}; ${fix} one of them`,
    ];
  });
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
  ];
}
