import { defineServices } from "./spec";

/** Every service of the platform. To add one: a folder with a Dockerfile, and its entry here. */
export const services = defineServices({
  "flask-api": {
    port: 5000,
    health: { path: "/health", probe: ["python", "/app/healthcheck.py"] },
    path: "/",
    size: { cpu: 256, memory: 512 },
    database: true,
  },
});
