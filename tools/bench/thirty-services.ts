import { localAwsName } from "../../local/aws/names";
import { connect } from "../../operations/target/engine";
import { environment } from "../../project";
import { BenchProject, PORT } from "./bench-project";
import { referencesIn } from "./chain";
import type { Section } from "./section";
import { tinyCatalogue } from "./tiny-service";
import { WAIT_HEAD, waitRow } from "./waits";

const SERVICES = 30;

/** `up` of thirty small services: from nothing, and without a change. */
export async function thirtyServices(signal: AbortSignal): Promise<Section> {
  return await BenchProject.with(signal, async (project) => {
    project.write("services/index.ts", tinyCatalogue(SERVICES));
    const rows = [];
    for (const what of ["from nothing", "without a change"]) {
      const run = await project.up();
      const row = waitRow(what, [run], (stack) => referencesIn(project.synthesized(stack)));
      rows.push([...row, (await localAwsMebibytes()).toFixed(0)]);
    }
    return {
      about:
        `${SERVICES} public services of one task each, all from the same small source, so that one build serves all, ` +
        "but each image is probed and pushed. One run of each. The columns are those of `up` above, and the memory " +
        "of the local AWS's own container after it.",
      head: [...WAIT_HEAD, "local AWS, MiB"],
      rows,
    };
  });
}

/** The memory that the local AWS's own container uses, without the pages that the kernel can take back. */
async function localAwsMebibytes(): Promise<number> {
  const container = connect(environment["DOCKER_HOST"]).getContainer(localAwsName(PORT));
  const { memory_stats: memory } = await container.stats({ stream: false });
  const { inactive_file: versionTwo, total_inactive_file: versionOne } = memory.stats;
  return (memory.usage - (versionTwo || versionOne || 0)) / 2 ** 20;
}
