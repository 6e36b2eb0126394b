import path from "node:path";
import { synthesizeApp } from "../../stacks/options/app";
import { build } from "../../main";
import { services as catalogue } from "../../services";
import { readConfig } from "../../project";
import { folderSource } from "../../spec/service/build";
import { buildContexts } from "../../stacks/images/build-context";
import { generate } from "./generated";

/**
 * One synthesis in its own process: `app.ts FOLDER [COUNT]` synthesizes the shipped catalogue, or
 * COUNT generated services, into FOLDER and prints the process's CPU seconds and peak memory.
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
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
console.log(
  JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 }),
);
