import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { synthesizeApp } from "../../stacks/options/app";
import { build } from "../../main";
import { services as catalogue } from "../../services";
import type { Services } from "../../spec/service/spec";
import { readConfig } from "../../project";
import { folderSource } from "../../spec/service/build";
import { buildContexts } from "../../stacks/images/build-context";

/**
 * One synthesis in its own process: `app.ts FOLDER [COUNT]` synthesizes the shipped catalogue, or
 * COUNT generated services, into FOLDER and prints its peak memory in megabytes.
 */
const [folder = "", count] = process.argv.slice(2);
const { config } = readConfig({});
synthesizeApp(
  (app) => {
    if (count === undefined) {
      build(app, config, catalogue);
    } else {
      const { services, folderOf } = generate(Number(count), folder);
      build(
        app,
        config,
        services,
        buildContexts((service) => folderSource(folderOf(service))),
      );
    }
  },
  path.join(folder, "out"),
);
console.log(process.resourceUsage().maxRSS / 1024);

/** A chain of public services, each with its own context and every second one with a database. */
function generate(count: number, folder: string) {
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
        path: `/${service}`,
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
