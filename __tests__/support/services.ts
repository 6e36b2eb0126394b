import type { HttpService } from "../../spec/service/spec";

const health = "/health";
const size = { cpu: 256, memory: 512 } as const;

/** HTTP services, one of each sort: public and calling, private and called, private with a database. */
export const fixture: Readonly<Record<"web" | "orders" | "order-archive", HttpService>> = {
  web: { port: 8080, health, size, path: "/", calls: ["orders"] },
  orders: { port: 9000, health, size, database: true },
  "order-archive": { port: 9100, health, size, path: "/archive", scaling: { min: 1, max: 3 } },
};
