import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** The service as the platform runs it, on one CPU, without Docker's proxy in the way. */
export async function withContainer(
  port: number,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const image = docker("build", "--quiet", ".");
  const container = docker(
    ...["run", "--detach", "--init", "--read-only", "--cpus", "1", "--memory", "512m"],
    ...["--network", "host", "--env", `PORT=${port}`, image],
  );
  try {
    const url = `http://127.0.0.1:${port}`;
    await answer(`${url}/health`);
    await use(url);
    console.log(
      `memory after the runs: ${docker("stats", "--no-stream", "--format", "{{.MemUsage}}", container)}`,
    );
  } finally {
    docker("rm", "--force", container);
  }
}

async function answer(url: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await sleep(200);
  }
  throw new Error(`${url} does not answer`);
}

function docker(...command: string[]): string {
  return execFileSync("docker", command, { encoding: "utf8" }).trim();
}
