import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Services } from "../../spec/service/spec";

/** Services that no one wrote, and the folder of each one's build context. */
export interface GeneratedServices {
  readonly services: Services;
  readonly folderOf: (service: string) => string;
}

/** As many as one load balancer takes. */
const PUBLIC = 50;

/** A chain of services, each with its own context and every second one with a database. */
export function generate(count: number, folder: string): GeneratedServices {
  const folderOf = (service: string) => path.join(folder, "contexts", service);
  const entries = [...Array(count).keys()].map((index): [string, Services[string]] => {
    const service = `service-${index}`;
    // The first run, which warms up, writes them for all others.
    if (!existsSync(folderOf(service))) writeContext(folderOf(service));
    return [
      service,
      {
        port: 8000,
        health: "/health",
        ...(index < PUBLIC && { path: `/${service}` }),
        size: { cpu: 256, memory: 512 },
        database: index % 2 === 0,
        calls: index === 0 ? [] : [`service-${index - 1}`],
      },
    ];
  });
  return { services: Object.fromEntries(entries), folderOf };
}

function writeContext(context: string): void {
  mkdirSync(path.join(context, "src"), { recursive: true });
  writeFileSync(path.join(context, "Dockerfile"), "FROM scratch\nCOPY . .\n");
  for (const file of ["a", "b", "c"]) {
    writeFileSync(path.join(context, "src", file), `${context} ${file}\n`.repeat(200));
  }
}
