import { type Server, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A proxy before the local AWS that passes everything on until the credentials expire: then each
 * request to the AWS API gets AWS's answer to an expired token.
 */
export class ExpiringCredentials {
  private expired = false;
  private readonly server: Server;

  constructor(port: number) {
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
      const { method, url: path, headers } = incoming;
      const onward = request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      onward.on("error", () => answer.destroy());
      incoming.pipe(onward);
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
}

const MESSAGE = "The security token included in the request is expired";
