import { createHash } from "node:crypto";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The login that the registry takes. */
export const LOGIN = { username: "AWS", password: "secret" };

const AUTHORIZATION = `Basic ${Buffer.from("AWS:secret").toString("base64")}`;

/** A registry of immutable tags that speaks as much of the protocol as a signature needs. */
export class TestRegistry {
  readonly manifests = new Map<string, string>();
  readonly blobs = new Map<string, string>();
  /** Where uploads are sent, instead of to itself. */
  uploadsTo = "";
  /** The status of every answer, instead of its own. */
  status: number | undefined;
  private constructor(private readonly server: Server) {}

  static async start(): Promise<TestRegistry> {
    const server = createServer();
    const registry = new TestRegistry(server);
    server.on("request", (request, response) => void registry.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return registry;
  }

  get origin(): string {
    // It listens on TCP.
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
    const body = Buffer.concat(chunks);
    const reply = this.reply(request, body);
    response.writeHead(this.status ?? reply.status, reply.headers);
    response.end(reply.body ?? "");
  }

  private reply({ method, url = "", headers }: IncomingMessage, body: Buffer): Reply {
    if (headers.authorization !== AUTHORIZATION) return { status: 401 };
    const { pathname, searchParams } = new URL(url, this.origin);
    if (method === "POST") {
      return { status: 202, headers: { Location: `${this.uploadsTo}${pathname}1?state=2` } };
    }
    const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
    if (method === "HEAD") {
      return { status: this.blobs.has(pathname.replace(/^.*[/]/, "")) ? 200 : 404 };
    }
    if (pathname.includes("/blobs/")) {
      // ECR refuses a layer that it has: LayerAlreadyExistsException.
      if (this.blobs.has(digest)) return { status: 400, body: "BLOB_UPLOAD_INVALID" };
      if (searchParams.get("digest") !== digest) return { status: 400, body: "DIGEST_INVALID" };
      if (headers["content-type"] !== "application/octet-stream") return { status: 415 };
      this.blobs.set(digest, body.toString());
      return { status: 201 };
    }
    // A registry gives a manifest in the form that is asked for, and takes it in the one that it says.
    const type = method === "PUT" ? headers["content-type"] : headers.accept;
    if (!type?.startsWith("application/vnd.oci.image.manifest.")) return { status: 415 };
    return method === "PUT" ? this.put(pathname, body.toString()) : this.get(pathname);
  }

  private put(path: string, manifest: string): Reply {
    if (this.manifests.has(path)) return { status: 400, body: "TAG_INVALID: immutable" };
    const digests = manifest.match(/sha256:[0-9a-f]{64}/g) ?? [];
    if (digests.some((each) => !this.blobs.has(each))) return { status: 404, body: "BLOB_UNKNOWN" };
    this.manifests.set(path, manifest);
    return { status: 201 };
  }

  private get(path: string): Reply {
    const body = this.manifests.get(path);
    return body === undefined ? { status: 404 } : { status: 200, body };
  }
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
