import type Docker from "dockerode";
import { DOCKER_LABEL } from "../stacks/names";
import { ensureEmulatorImage } from "./emulator-image";
import { textOf } from "./local-aws";
import { localAwsName } from "./local-aws-names";
import type { Report } from "./refusal";

/** What a URL gives to somebody inside the platform's network. */
export interface InsideAnswer {
  /** The addresses of the name. */
  readonly addresses: readonly string[];
  /** HTTP status, 0 when nothing answered. */
  readonly status: number;
  readonly error: string;
}

const LIMIT_SECONDS = 30;

/** Resolves and gets each URL of its argument with a limit of 5 s, and prints the answers as JSON. */
const PROGRAM = `
import json, socket, sys, urllib.error, urllib.parse, urllib.request

def ask(url):
    answer = {"addresses": [], "status": 0, "error": ""}
    try:
        found = socket.getaddrinfo(urllib.parse.urlsplit(url).hostname, None, socket.AF_INET)
        answer["addresses"] = sorted({address[0] for *_, address in found})
        answer["status"] = urllib.request.urlopen(url, timeout=5).status
    except urllib.error.HTTPError as error:
        answer["status"] = error.code
    except OSError as error:
        answer["error"] = str(error)
    return answer

print(json.dumps({url: ask(url) for url in json.loads(sys.argv[1])}))
`;

/** Asks from a container that stands in the network as a task does, with the same name server. */
export async function askInside(
  docker: Docker,
  port: number,
  urls: readonly string[],
  report: Report,
): Promise<Record<string, InsideAnswer>> {
  const network = localAwsName(port);
  const { NetworkSettings } = await docker.getContainer(network).inspect();
  const container = await docker.createContainer({
    Image: await ensureEmulatorImage(docker, report),
    Entrypoint: ["timeout", String(LIMIT_SECONDS), "python", "-c", PROGRAM, JSON.stringify(urls)],
    Labels: { [DOCKER_LABEL]: "verify" },
    HostConfig: {
      NetworkMode: network,
      Dns: [NetworkSettings.Networks[network]?.IPAddress ?? ""],
    },
  });
  try {
    await container.start();
    await container.wait();
    const text = textOf(await container.logs({ stdout: true, stderr: true }));
    // Our own program wrote it, unless it failed: then what it says is no JSON and is thrown.
    return JSON.parse(text) as Record<string, InsideAnswer>;
  } finally {
    await container.remove({ force: true });
  }
}
