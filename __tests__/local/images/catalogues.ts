const SIZE = "size: { cpu: 256, memory: 512 }";

const catalogue = (
  entries: readonly string[],
) => `import { defineServices } from "../spec/service/spec";

export const services = defineServices({
${entries.join("\n")}
});
`;

const SERVED = 'dockerfile: "services/served/Dockerfile"';

/** Images that people have: none of them knows the platform. */
export const ANY = catalogue([
  `scratch: { port: 8101, health: "/health", path: "/scratch", ${SIZE} },`,
  `slow: { port: 8102, health: "/", path: "/slow", ${SIZE}, limits: { startSeconds: 105 },
     environment: { STARTS_AFTER: "90" }, build: { context: "services/served", ${SERVED} } },`,
  `writer: { port: 8103, health: "/", path: "/writer", ${SIZE},
     build: { context: "services/served", ${SERVED} } },`,
  `shop: { port: 8104, health: "/", path: "/shop", ${SIZE}, build: { context: "." } },`,
  `sealed: { port: 8105, health: "/", path: "/sealed", ${SIZE},
     build: { context: "services/served", ${SERVED}, target: "sealed", secrets: ["BUILD_TOKEN"] } },`,
]);

export const NONE_BUT_SCRATCH = catalogue([
  `scratch: { port: 8101, health: "/health", path: "/scratch", ${SIZE} },`,
]);

/** What each faulty image is told apart by. */
export const FAULTS: Readonly<Record<string, readonly string[]>> = {
  mute: ["is not healthy: nothing listens on port 8110", "| mute starts"],
  elsewhere: ["is not healthy: nothing listens on port 8111, but on 8112: correct `port`"],
  local: ["is not healthy: it listens on localhost only (127.0.0.1:8112)"],
  broken: ["is not healthy: GET /health answers 500", "| broken starts"],
  moved: ["is not healthy: GET /health answers 301 to /elsewhere: a health path must answer 200"],
  slow: ["is not healthy: GET /health does not answer within 4 s"],
  crashes: ["exited with 1", "| no configuration"],
  hoards: ["exited with 137 (out of memory)", "raise `size.memory`"],
};

export const FAULTY = catalogue(
  Object.keys(FAULTS).map(
    (name, index) => `${name}: { port: ${8110 + index}, health: "/health", ${SIZE},
     limits: { startSeconds: 12 }, environment: { FAULT: "${name}" },
     build: { context: "services/faulty", dockerfile: "services/faulty/Dockerfile" } },`,
  ),
);
