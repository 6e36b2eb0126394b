/** Where the image of `tools/bench/tiny` is built from, as an entry of the catalogue says it. */
const BUILD = `{ context: "tools/bench/tiny", dockerfile: "tools/bench/tiny/Dockerfile" }`;

/** An entry of the catalogue: a service that answers two letters, with one task. */
export function tinyEntry(name: string): string {
  return `"${name}": { port: 8000, health: "/health", path: "/${name}",
    size: { cpu: 256, memory: 512 }, scaling: { min: 1, max: 1 }, build: ${BUILD} },`;
}

/** A catalogue of such services alone. */
export function tinyCatalogue(count: number): string {
  const names = Array.from({ length: count }, (_, index) => `tiny-${index + 1}`);
  return `import { defineServices } from "../spec/service/spec";

export const services = defineServices({
  ${names.map(tinyEntry).join("\n  ")}
});
`;
}
