import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import type { RootKey } from "../../../local/aws/root-key";
import { readFileStateSettings } from "../../../local/aws/settings";
import { PROJECT_FOLDER } from "../../../project";

/** A request that AWS would refuse, with each parameter, its value, and the rule that it breaks. */
export interface InvalidRequest {
  readonly action: string;
  readonly violations: readonly {
    readonly parameter: string;
    readonly value: string;
    readonly rule: string;
  }[];
}

/** The requests that the local AWS has checked since its start or its last reset. */
export interface RequestRecord {
  readonly requests: number;
  /** The number of calls of each operation, by its name in IAM. */
  readonly actions: Readonly<Record<string, number>>;
  readonly invalid: readonly InvalidRequest[];
  /** The number of requests without a model, by service. */
  readonly unchecked: Readonly<Record<string, number>>;
  readonly unreadablePatterns: readonly string[];
}

/** The local AWS without a container engine: it records each request, and runs nothing. */
export interface Recorder {
  readonly endpoint: string;
  /** Of its root, with which Terraform calls it too. */
  readonly credentials: RootKey;
  /** Returns the record and resets it. */
  take(): Promise<RequestRecord>;
  stop(): Promise<void>;
}

const START_SECONDS = 60;
const RECORD = "/_local-aws/requests";

/**
 * Starts the recorder in its virtual environment, on a free port of 127.0.0.1.
 *
 * @param variables of MiniStack: with `AUTH`, it enforces policies
 */
export async function startRecorder(
  variables: Readonly<Record<string, string>> = {},
): Promise<Recorder> {
  const port = await freePort();
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = readFileStateSettings().environment;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const endpoint = `http://127.0.0.1:${port}`;
  const python = path.join(await virtualEnvironment(), "bin", "python");
  const emulator = execa(python, [path.join(__dirname, "start_without_containers.py")], {
    env: {
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      DOCKER_HOST: "unix:///nowhere/docker.sock",
      // It would listen on all addresses.
      IOT_MTLS_ENABLED: "0",
      PYTHONDONTWRITEBYTECODE: "1",
      ...variables,
    },
    all: true,
    reject: false,
  });
  const take = async () => {
    const answer = await fetch(endpoint + RECORD, { method: "DELETE" });
    // The format of the extension `requests.record`.
    return (await answer.json()) as RequestRecord;
  };
  const ended = emulator.then(({ all }) => Promise.reject(new Error(`it did not start:\n${all}`)));
  await Promise.race([answering(take), ended]);
  ended.catch(() => undefined);
  return {
    endpoint,
    credentials,
    take,
    stop: async () => {
      emulator.kill();
      await emulator;
    },
  };
}

async function answering(ask: () => Promise<unknown>): Promise<void> {
  const ends = Date.now() + START_SECONDS * 1000;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (Date.now() > ends) throw error;
      await pause(200);
    }
  }
}

async function virtualEnvironment(): Promise<string> {
  const script = path.join(PROJECT_FOLDER, "__tests__", "python-environment.sh");
  const { stdout } = await execa(script, ["local/emulator"], { cwd: PROJECT_FOLDER });
  return stdout;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
