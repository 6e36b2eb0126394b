import { defineServices } from "../spec/service/spec";

/** Every service of the platform. To add one, create a folder with a Dockerfile and an entry here. */
export const services = defineServices({
  "flask-api": {
    port: 5000,
    health: "/health",
    path: "/",
    size: { cpu: 256, memory: 512 },
    calls: ["transaction-processor"],
    database: true,
    migrate: ["python", "-m", "flask_api.migrate"],
  },
  "transaction-processor": {
    port: 8081,
    health: "/health",
    path: "/v1/transactions",
    size: { cpu: 256, memory: 512 },
    calls: ["fraud-detection"],
    database: true,
    migrate: ["node", "/app/dist/migrate.js"],
    sends: ["exports"],
  },
  "fraud-detection": {
    port: 8080,
    health: "/health",
    size: { cpu: 256, memory: 512 },
  },
  "transaction-export": {
    size: { cpu: 256, memory: 512 },
    scaling: { min: 1, max: 4, backlog: 100 },
    receives: ["exports"],
    stores: ["statements"],
  },
  "daily-totals": {
    schedule: { cron: "0 3 * * ? *" },
    size: { cpu: 256, memory: 512 },
    stores: ["statements"],
    dryRun: ["node", "/app/dist/main.js", "--dry-run"],
  },
});
