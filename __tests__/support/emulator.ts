import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { PROJECT_FOLDER } from "../../project";

/** The Python of the emulator's tests, which `npm run test:emulator` installs. */
export const EMULATOR_PYTHON = path.join(
  PROJECT_FOLDER,
  ".platform",
  "venv",
  "emulator",
  "bin",
  "python",
);

const START_MS = 60_000;

export interface Emulator {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * Starts MiniStack with some extensions as a process on this machine, without an engine. Extension
 * names include the package: `load_balancing.routing`. Its answers always take their time, without
 * which Terraform repeats requests.
 */
export async function startEmulator(extensions: readonly string[]): Promise<Emulator> {
  const port = await freePort();
  const program = [
    "import importlib",
    "from ministack.app import main",
    `for name in ${JSON.stringify([...extensions, "access.answer_time"])}:`,
    "    importlib.import_module(f'extensions.{name}').install()",
    "main()",
  ].join("\n");
  const child = execa(EMULATOR_PYTHON, ["-c", program], {
    cwd: path.join(PROJECT_FOLDER, "local", "emulator"),
    env: {
      GATEWAY_PORT: String(port),
      BIND_HOST: "127.0.0.1",
      IOT_MTLS_ENABLED: "0",
      PYTHONDONTWRITEBYTECODE: "1",
      DOCKER_HOST: "unix:///nowhere",
      PERSIST_STATE: "0",
    },
    all: true,
    reject: false,
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_MS;
  while (!(await answers(endpoint))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill();
      throw new Error(`the emulator did not start:\n${(await child).all}`);
    }
    await sleep(200);
  }
  const stop = async () => {
    child.kill();
    await child;
  };
  return { endpoint, stop };
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/_ministack/health`)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
