import { Readable } from "node:stream";
import type Docker from "dockerode";
import tar from "tar-fs";
import { SOCKET, socketOf } from "../../operations/target/engine";
import { LOCAL_AWS_STOP_SECONDS } from "../../spec/limits";
import { DOCKER_LABEL } from "../../spec/names";
import { PROJECT_FOLDER } from "../../project";
import { isNotFound } from "../../operations/target/engine-answer";
import type { Authority } from "./authority";
import { removeAll } from "./leftovers";
import { LOCAL_AWS_LABEL, localAwsName } from "./names";
import { OWNER_LABEL } from "./owner";
import { type RootKey, rootVariables } from "./root-key";

const STATE_FOLDER = "/var/lib/local-aws";
/** In the state volume, because nothing else of the container can be written. */
const AUTHORITY_FOLDER = "authority";
const AUTH = "AUTH=true";

/** Label with the fingerprint of the authority that signs the databases' certificates. */
const AUTHORITY_LABEL = "fargate-platform.authority";

/**
 * What is left of a container's privileges, and added to them, to put packet filters into the network
 * namespaces of tasks and databases, which enforces security groups. docs/local-aws.md has the reason
 * for each. Access to the engine's socket grants more than all of them.
 */
const PRIVILEGES = {
  PidMode: "host",
  UsernsMode: "host",
  CapDrop: ["ALL"],
  CapAdd: ["NET_ADMIN", "NET_BIND_SERVICE", "NET_RAW", "SYS_ADMIN", "SYS_PTRACE"],
  SecurityOpt: ["apparmor=unconfined", "no-new-privileges"],
  ReadonlyRootfs: true,
  Tmpfs: { "/run": "", "/tmp": "" },
};

/** How a local AWS is started. */
export interface LocalAwsContainer {
  readonly image: string;
  /** The port on 127.0.0.1 that it listens on; nothing else is exposed. */
  readonly port: number;
  /** Whether IAM policies are enforced for all callers except the account's root. */
  readonly enforceIam: boolean;
  /** How long a minute of AWS's metrics and alarms lasts. */
  readonly minuteSeconds: number;
  /** What every signed request must be signed with, or with a key that it leads to. */
  readonly rootKey: RootKey;
  /** Signs the databases' certificates. */
  readonly authority: Authority;
}

/** Creates and starts the container of the local AWS, with its network and its state volume. */
export async function createLocalAws(
  docker: Docker,
  { image, port, authority, ...settings }: LocalAwsContainer,
): Promise<void> {
  const name = localAwsName(port);
  const labels = { [DOCKER_LABEL]: "local-aws", [LOCAL_AWS_LABEL]: String(port) };
  if (!(await exists(docker.getVolume(name).inspect()))) await removeAll(docker, port);
  await docker.createVolume({ Name: name, Labels: labels });
  if (!(await exists(docker.getNetwork(name).inspect()))) {
    await docker.createNetwork({ Name: name, Labels: labels, CheckDuplicate: true });
  }
  const container = await docker.createContainer({
    name,
    Image: image,
    // The emulator finds its own container, and thereby its network, by host name.
    Hostname: name,
    Labels: {
      ...labels,
      [OWNER_LABEL]: PROJECT_FOLDER,
      [AUTHORITY_LABEL]: authority.fingerprint,
    },
    Env: emulatorEnvironment(port, settings),
    ExposedPorts: { [`${port}/tcp`]: {} },
    StopTimeout: LOCAL_AWS_STOP_SECONDS,
    HostConfig: {
      Binds: [`${socketOf(docker) ?? SOCKET}:/var/run/docker.sock`, `${name}:${STATE_FOLDER}`],
      NetworkMode: name,
      ...PRIVILEGES,
      PortBindings: { [`${port}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: String(port) }] },
      // Nothing of it comes back with the machine: `up` starts it again.
      RestartPolicy: { Name: "no" },
    },
  });
  // Not as a mount, whose path a remote engine would not have, nor as a variable, which is shown.
  await container.putArchive(Readable.from(authorityFiles(authority)), { path: STATE_FOLDER });
  await container.start();
}

interface Found {
  readonly Config: Pick<Docker.ContainerInspectInfo["Config"], "Image" | "Env" | "Labels">;
}

/** Whether a container is as these settings ask for. */
export function isAsSet(
  { Config }: Found,
  { image, enforceIam, minuteSeconds, rootKey, authority }: Omit<LocalAwsContainer, "port">,
): boolean {
  return (
    Config.Image === image &&
    Config.Env.includes(AUTH) === enforceIam &&
    Config.Env.includes(minuteVariable(minuteSeconds)) &&
    rootVariables(rootKey).every((variable) => Config.Env.includes(variable)) &&
    Config.Labels[AUTHORITY_LABEL] === authority.fingerprint
  );
}

/** For root alone, as which the local AWS runs. */
function authorityFiles({ folder }: Authority) {
  return tar.pack(folder, {
    map: (header) => ({
      ...header,
      name: `${AUTHORITY_FOLDER}/${header.name}`,
      uid: 0,
      gid: 0,
    }),
  });
}

type Settings = Pick<LocalAwsContainer, "enforceIam" | "minuteSeconds" | "rootKey">;

function minuteVariable(seconds: number): string {
  return `LOCAL_AWS_MINUTE=${seconds}`;
}

function emulatorEnvironment(
  port: number,
  { enforceIam, minuteSeconds, rootKey }: Settings,
): string[] {
  const made = { [DOCKER_LABEL]: "made-by-local-aws", [LOCAL_AWS_LABEL]: String(port) };
  return [
    `GATEWAY_PORT=${port}`,
    `EMULATOR_LABELS=${JSON.stringify(made)}`,
    `DATABASE_AUTHORITY=${STATE_FOLDER}/${AUTHORITY_FOLDER}`,
    "PERSIST_STATE=1",
    `STATE_DIR=${STATE_FOLDER}`,
    "S3_PERSIST=1",
    `S3_DATA_DIR=${STATE_FOLDER}/s3`,
    // Both would listen on ports of their own.
    "IOT_MTLS_ENABLED=0",
    "SFTP_ENABLED=0",
    minuteVariable(minuteSeconds),
    ...rootVariables(rootKey),
    ...(enforceIam ? [AUTH] : []),
  ];
}

async function exists(inspection: Promise<unknown>): Promise<boolean> {
  try {
    await inspection;
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
