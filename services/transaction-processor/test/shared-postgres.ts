import type { TestProject } from "vitest/node";
import { Cluster } from "./postgres.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the files of PostgreSQL are, and the authority that signed its certificate. */
    readonly cluster: { readonly folder: string; readonly binaries: string; readonly ca: string };
    readonly postgresPort: number;
  }
}

/** One PostgreSQL for all files; each has a database of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await Cluster.create();
  const server = await cluster.start();
  const { folder, binaries, ca } = cluster;
  project.provide("cluster", { folder, binaries, ca });
  project.provide("postgresPort", server.port);
  return async () => {
    await server.crash();
    await cluster.remove();
  };
}
