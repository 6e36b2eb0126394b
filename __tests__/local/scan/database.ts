import { mkdirSync, rmSync } from "node:fs";
import { type Server, createServer } from "node:http";
import path from "node:path";
import { createReadStream } from "node:fs";
import Docker from "dockerode";
import { execa } from "execa";
import { RECIPES } from "../../../local/machine/offline/go-build";
import { databaseVolume } from "../../../operations/scan/scanner";
import { environment } from "../../../project";

const SOURCES = path.join(__dirname, "database");

/** A folder with a database of some days, as grype's publisher would serve it. */
export async function makeDatabase(folder: string, days: number): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const program = path.join(folder, "..", "make-database");
  const modules = path.join(RECIPES, "grype", "go.mod");
  const options = {
    cwd: SOURCES,
    env: { ...environment, CGO_ENABLED: "0", GOFLAGS: "-trimpath -buildvcs=false" },
  };
  await execa("go", ["build", `-modfile=${modules}`, "-o", program, "."], options);
  const advisories = path.join(SOURCES, "advisories.json");
  await execa(program, [advisories, folder, String(days)]);
}

/** Serves a folder at an address that the engine's containers reach. */
export async function serve(folder: string): Promise<{ url: string; server: Server }> {
  const gateway = await execa("docker", [
    "network",
    "inspect",
    "bridge",
    "--format",
    "{{range .IPAM.Config}}{{.Gateway}}{{end}}",
  ]);
  const host = gateway.stdout.trim() || "172.17.0.1";
  const server = createServer((request, response) => {
    const name = path.normalize(new URL(request.url ?? "/", "http://mirror").pathname);
    createReadStream(path.join(folder, name))
      .on("error", () => response.writeHead(404).end())
      .pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return { url: `http://${host}:${address.port}`, server };
}

/** Removes what the scanner keeps of the mirrors. */
export async function removeDatabases(mirrors: readonly string[]): Promise<void> {
  const own = mirrors.map(databaseVolume);
  const docker = new Docker();
  const { Volumes: volumes } = await docker.listVolumes();
  for (const { Name } of volumes.filter((volume) => own.includes(volume.Name))) {
    await docker.getVolume(Name).remove();
  }
}
