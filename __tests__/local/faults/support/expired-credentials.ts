import { type IncomingMessage, type Server, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { ECRClient } from "@aws-sdk/client-ecr";
import { client } from "../../e2e/support/local-aws";

/**
 * A proxy before the local AWS that passes everything on until the credentials expire: then each
 * request to the AWS API gets AWS's answer to an expired token. A signature covers the address that it
 * is for, so the proxy signs each request again.
 */
export class ExpiringCredentials {
  private expired = false;
  private readonly server: Server;

  constructor(private readonly port: number) {
    this.server = createServer((incoming, answer) => {
      if (this.expired) {
        answer.writeHead(403, { "x-amzn-errortype": "ExpiredTokenException" });
        answer.end(
          incoming.headers["x-amz-target"]
            ? JSON.stringify({ __type: "ExpiredTokenException", message: MESSAGE })
            : `<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>${MESSAGE}</Message></Error></ErrorResponse>`,
        );
        return;
      }
      this.signed(incoming).then(
        ({ headers, body }) => {
          const { method, url: path } = incoming;
          const onward = request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
            answer.writeHead(response.statusCode ?? 502, response.headers);
            response.pipe(answer);
          });
          onward.on("error", () => answer.destroy());
          onward.end(body);
        },
        () => answer.destroy(),
      );
    });
  }

  /** Listens on a free port of this machine and returns its URL. */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    // A server that listens on TCP has such an address.
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  expire(): void {
    this.expired = true;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async signed(incoming: IncomingMessage) {
    const body = await buffer(incoming);
    const { authorization = "", ...rest } = incoming.headers;
    const headers = { ...rest, host: `127.0.0.1:${this.port}` };
    const [, region, service] = /\/\d{8}\/([^/]+)\/([^/]+)\/aws4/.exec(authorization) ?? [];
    if (!region || !service) return { headers: { ...headers, authorization }, body };
    const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://127.0.0.1");
    const scheme = { name: "sigv4", signingName: service, signingRegion: region, properties: {} };
    // A client keeps the signer of its first request, which is for one service.
    const signer = await new ECRClient(client).config.signer(scheme);
    const given = Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as const],
    );
    const { headers: signed } = await signer.sign({
      protocol: "http:",
      hostname: "127.0.0.1",
      method: incoming.method ?? "GET",
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: Object.fromEntries(given),
      body,
    });
    return { headers: signed, body };
  }
}

const MESSAGE = "The security token included in the request is expired";
