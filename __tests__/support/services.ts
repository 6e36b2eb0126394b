import { defineServices } from "../../spec/service/spec";

const health = "/health";
const size = { cpu: 256, memory: 512 } as const;

/** One of each kind: public and calling, private and called, private with a database. */
export const fixture = defineServices({
  web: { port: 8080, health, size, path: "/", calls: ["orders"] },
  orders: { port: 9000, health, size, database: true },
  "order-archive": { port: 9100, health, size, path: "/archive", scaling: { min: 1, max: 3 } },
});
