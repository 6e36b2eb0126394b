import { type Server, type Socket, createServer } from "node:net";
import { TLSSocket, createSecureContext } from "node:tls";
import type { Certificate } from "./hcp/certificate";

/** The code of PostgreSQL's request for TLS, which comes before anything else. */
const SSL_REQUEST = 80877103;

/** A server that is not the database: it keeps what it is told after the request for TLS. */
export class Impostor {
  /** How often somebody has asked for TLS. */
  asked = 0;
  told = "";
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(private readonly certificate: Certificate | undefined) {
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on("error", () => undefined);
      socket.once("data", (request) => {
        this.answer(socket, request);
      });
    });
  }

  /** Says that it has no TLS, or presents a certificate. `host` is an address of this machine alone. */
  static async start(host: string, certificate?: Certificate): Promise<Impostor> {
    const impostor = new Impostor(certificate);
    await new Promise<void>((ready) => impostor.server.listen(0, host, ready));
    return impostor;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((closed) => this.server.close(closed));
  }

  private answer(socket: Socket, request: Buffer): void {
    if (request.length < 8 || request.readInt32BE(4) !== SSL_REQUEST) {
      this.told += request.toString("latin1");
      return;
    }
    this.asked++;
    if (!this.certificate) {
      this.listen(socket);
      socket.write("N");
      return;
    }
    socket.write("S");
    const secureContext = createSecureContext(this.certificate);
    const secure = new TLSSocket(socket, { isServer: true, secureContext });
    secure.on("error", () => undefined);
    this.listen(secure);
  }

  private listen(stream: Socket): void {
    stream.on("data", (data) => {
      this.told += data.toString("latin1");
    });
  }
}
