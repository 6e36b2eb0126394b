import { type IncomingMessage, type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The part of S3 that Terraform's backend uses, in memory: objects of one bucket, by path. */
export interface FakeS3 {
  readonly url: string;
  readonly objects: Map<string, string>;
  close(): void;
}

const CALLER = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/me</Arn>
<UserId>me</UserId></GetCallerIdentityResult></GetCallerIdentityResponse>`;

export async function startS3(): Promise<FakeS3> {
  const objects = new Map<string, string>();
  const server: Server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const [status, answer] = answerTo(request, body, objects);
      // The downloader repeats its request until it has the length.
      response.writeHead(status, { "Content-Length": Buffer.byteLength(answer) });
      response.end(request.method === "HEAD" ? undefined : answer);
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, objects, close: () => void server.close() };
}

function answerTo(
  { method, headers, url = "" }: IncomingMessage,
  body: string,
  objects: Map<string, string>,
): [number, string] {
  const { pathname, searchParams } = new URL(url, "http://s3");
  const key = decodeURIComponent(pathname);
  if (method === "POST") return [200, CALLER];
  if (searchParams.has("list-type")) {
    return [200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"];
  }
  const object = objects.get(key);
  switch (method) {
    case "PUT":
      // The first writer takes the lock file.
      if (headers["if-none-match"] === "*" && object !== undefined) {
        return [412, "<Error><Code>PreconditionFailed</Code></Error>"];
      }
      objects.set(key, contentOf(body, headers));
      return [200, ""];
    case "DELETE":
      objects.delete(key);
      return [204, ""];
    default:
      return object === undefined ? [404, "<Error><Code>NoSuchKey</Code></Error>"] : [200, object];
  }
}

/** The SDK sends an object in chunks, each after a line with its length. */
function contentOf(body: string, headers: IncomingMessage["headers"]): string {
  if (!headers["content-encoding"]?.includes("aws-chunked")) return body;
  let content = "";
  for (let rest = body; rest !== "";) {
    const [head = ""] = rest.split("\r\n", 1);
    const length = parseInt(head, 16);
    if (!length) break;
    content += rest.slice(head.length + 2, head.length + 2 + length);
    rest = rest.slice(head.length + 2 + length + 2);
  }
  return content;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
