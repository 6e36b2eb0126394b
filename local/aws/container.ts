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
import { LOCAL_AWS_LABEL, ROOT_KEY, localAwsName } from "./names";
import { OWNER_LABEL } from "./owner";

const STATE_FOLDER = "/var/lib/local-aws";
const AUTHORITY_FOLDER = "/etc/local-aws/authority";
const AUTH = "AUTH=true";

/** Label with the fingerprint of the authority that signs the databases' certificates. */
const AUTHORITY_LABEL = "fargate-platform.authority";

/**
 * The privileges needed to put packet filters into the network namespaces of tasks and databases,
 * which enforces security groups. Access to the engine's socket already grants as much.
 */
const ENTERS_NAMESPACES = {
  PidMode: "host",
  UsernsMode: "host",
  CapAdd: ["NET_ADMIN", "SYS_ADMIN", "SYS_PTRACE"],
  SecurityOpt: ["apparmor=unconfined"],
};

/** How a local AWS is started. */
export interface LocalAwsContainer {
  readonly image: string;
  /** The port on 127.0.0.1 that it listens on; nothing else is exposed. */
  readonly port: number;
  /** Whether IAM policies are enforced for all callers except the account's root. */
  readonly enforceIam: boolean;
  /** Signs the databases' certificates. */
  readonly authority: Authority;
}

/** Creates and starts the container of the local AWS, with its network and its state volume. */
export async function createLocalAws(
  docker: Docker,
  { image, port, enforceIam, authority }: LocalAwsContainer,
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
    Env: emulatorEnvironment(port, enforceIam),
    ExposedPorts: { [`${port}/tcp`]: {} },
    StopTimeout: LOCAL_AWS_STOP_SECONDS,
    HostConfig: {
      Binds: [`${socketOf(docker) ?? SOCKET}:/var/run/docker.sock`, `${name}:${STATE_FOLDER}`],
      NetworkMode: name,
      ...ENTERS_NAMESPACES,
      PortBindings: { [`${port}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: String(port) }] },
      // It restarts with the engine unless it was stopped explicitly.
      RestartPolicy: { Name: "unless-stopped" },
    },
  });
  // Not as a mount, whose path a remote engine would not have, nor as a variable, which is shown.
  await container.putArchive(Readable.from(authorityFiles(authority)), { path: "/" });
  await container.start();
}

/** Whether a container is as these settings ask for. */
export function isAsSet(
  { Config }: Docker.ContainerInspectInfo,
  { image, enforceIam, authority }: Omit<LocalAwsContainer, "port">,
): boolean {
  return (
    Config.Image === image &&
    Config.Env.includes(AUTH) === enforceIam &&
    Config.Labels[AUTHORITY_LABEL] === authority.fingerprint
  );
}

/** For root alone, as which the local AWS runs. */
function authorityFiles({ folder }: Authority) {
  return tar.pack(folder, {
    map: (header) => ({
      ...header,
      name: `${AUTHORITY_FOLDER.slice(1)}/${header.name}`,
      uid: 0,
      gid: 0,
    }),
  });
}

function emulatorEnvironment(port: number, enforceIam: boolean): string[] {
  const made = { [DOCKER_LABEL]: "made-by-local-aws", [LOCAL_AWS_LABEL]: String(port) };
  return [
    `GATEWAY_PORT=${port}`,
    `EMULATOR_LABELS=${JSON.stringify(made)}`,
    `DATABASE_AUTHORITY=${AUTHORITY_FOLDER}`,
    "PERSIST_STATE=1",
    `STATE_DIR=${STATE_FOLDER}`,
    "S3_PERSIST=1",
    `S3_DATA_DIR=${STATE_FOLDER}/s3`,
    // The emulator's own keys are the root's keys, which `npx platform env` prints.
    ...(enforceIam
      ? [AUTH, `AWS_ACCESS_KEY_ID=${ROOT_KEY}`, `AWS_SECRET_ACCESS_KEY=${ROOT_KEY}`]
      : []),
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
