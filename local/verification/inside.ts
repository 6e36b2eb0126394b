import type Docker from "dockerode";
import { DOCKER_LABEL } from "../../spec/names";
import { textOf } from "../../operations/target/engine-log";
import { removeContainer } from "../../operations/target/engine-removal";
import type { Answer } from "./reachability";

/** The requests to make from inside one task. */
export interface Inquiry {
  /** Id of a running container of the task. */
  readonly container: string;
  /** The time limit in seconds per address of each URL; 0 only resolves the name. */
  readonly urls: Readonly<Record<string, number>>;
}

const LIMIT_SECONDS = 30;

/** Resolves each URL in its argument, requests it from each address, and prints the answers as JSON. */
const PROGRAM = `
import concurrent.futures, http.client, json, socket, sys, urllib.parse

def get(address, url, limit):
    reply = {"connected": False, "status": 0, "error": ""}
    connection = http.client.HTTPConnection(address, url.port, timeout=limit)
    try:
        connection.connect()
        reply["connected"] = True
        connection.request("GET", url.path, headers={"Host": url.netloc})
        reply["status"] = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        reply["error"] = str(error) or type(error).__name__
    return reply

def ask(text, limit):
    url = urllib.parse.urlsplit(text)
    try:
        found = socket.getaddrinfo(url.hostname, None, socket.AF_INET)
    except OSError as error:
        return {"error": str(error), "replies": {}}
    nothing = {"connected": False, "status": 0, "error": "not asked"}
    addresses = sorted({address[0] for *_, address in found})
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        replies = pool.map(lambda each: get(each, url, limit) if limit else nothing, addresses)
        return {"error": "", "replies": dict(zip(addresses, replies))}

urls = json.loads(sys.argv[1])
with concurrent.futures.ThreadPoolExecutor(16) as pool:
    print(json.dumps(dict(zip(urls, pool.map(ask, urls, urls.values())))))
`;

/**
 * Makes requests from inside a running task: from a container that shares its network namespace, and
 * thus its address, its name server and its access through other security groups.
 */
export async function askInside(
  docker: Docker,
  image: string,
  { container: task, urls }: Inquiry,
): Promise<Readonly<Record<string, Answer>>> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ["timeout", String(LIMIT_SECONDS), "python", "-c", PROGRAM, JSON.stringify(urls)],
    Labels: { [DOCKER_LABEL]: "verify" },
    HostConfig: { NetworkMode: `container:${task}` },
  });
  try {
    await container.start();
    await container.wait();
    const text = textOf(await container.logs({ stdout: true, stderr: true }));
    // The program above wrote it. If that failed, its output is not JSON and parsing throws.
    return JSON.parse(text) as Record<string, Answer>;
  } finally {
    await removeContainer(docker, container.id);
  }
}
