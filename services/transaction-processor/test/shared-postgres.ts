import type { TestProject } from "vitest/node";
import { Cluster } from "./postgres.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the files of PostgreSQL are. */
    readonly cluster: { readonly folder: string; readonly binaries: string };
    readonly postgresPort: number;
  }
}

/** One PostgreSQL for all files; each has a database of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await Cluster.create();
  const server = await cluster.start();
  project.provide("cluster", { folder: cluster.folder, binaries: cluster.binaries });
  project.provide("postgresPort", server.port);
  return async () => {
    await server.crash();
    await cluster.remove();
  };
}
