import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Answer = readonly [status: number, text: string];

/** S3 with one bucket, in path style, for the clients of the AWS SDK. Requests may be made to fail. */
export class FakeS3 {
  readonly bucket = "platform-dev-statements";
  readonly objects = new Map<string, string>();
  readonly requests: { readonly method: string; readonly key: string }[] = [];
  /** Awaited before a request has its effect; the status that comes back is answered instead. */
  refuse: (method: string, key: string) => number | undefined | Promise<number | undefined> = () =>
    undefined;
  /** Of a page of a list. */
  pageSize = 1000;
  #server: Server | undefined;
  #port = 0;

  static async start(): Promise<FakeS3> {
    const s3 = new FakeS3();
    await s3.resume();
    return s3;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  count(method: string): number {
    return this.requests.filter((request) => request.method === method).length;
  }

  async stop(): Promise<void> {
    if (!this.#server?.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Listens again, at the same port. */
  async resume(): Promise<void> {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    }).listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    // A server at a port has such an address.
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { pathname, searchParams } = new URL(url, this.endpoint);
    const [, bucket, ...names] = pathname.split("/").map(decodeURIComponent);
    const key = names.join("/");
    this.requests.push({ method, key });
    const refused = await this.refuse(method, key);
    const [status, text] =
      refused === undefined
        ? this.#effect(method, bucket, key, searchParams, Buffer.concat(parts).toString())
        : failure(refused, "Refused");
    response.writeHead(status, { "content-type": "application/xml" }).end(text);
  }

  #effect(
    method: string,
    bucket: string | undefined,
    key: string,
    query: URLSearchParams,
    body: string,
  ): Answer {
    if (bucket !== this.bucket) return failure(404, "NoSuchBucket");
    if (method === "HEAD") return [200, ""];
    if (method === "GET" && key === "") return [200, this.#page(query)];
    if (method === "GET") {
      const text = this.objects.get(key);
      return text === undefined ? failure(404, "NoSuchKey") : [200, text];
    }
    this.objects.set(key, body);
    return [200, ""];
  }

  #page(query: URLSearchParams): string {
    const after = query.get("continuation-token") ?? "";
    const prefix = query.get("prefix") ?? "";
    const rest = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after);
    const page = rest.sort().slice(0, this.pageSize);
    const more = rest.length > page.length;
    const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join("");
    const next = more ? `<NextContinuationToken>${page.at(-1) ?? ""}</NextContinuationToken>` : "";
    const truncated = `<IsTruncated>${String(more)}</IsTruncated>`;
    return `<ListBucketResult>${truncated}${next}${contents}</ListBucketResult>`;
  }
}

function failure(status: number, code: string): Answer {
  return [status, `<Error><Code>${code}</Code><Message>refused</Message></Error>`];
}
