import path from "node:path";

/** The service's folder. */
export const ROOT = path.join(import.meta.dirname, "../..");
