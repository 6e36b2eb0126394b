import { readFile } from "node:fs/promises";
import net from "node:net";
import tls from "node:tls";
import type { ServerCertificate } from "./certificate.js";

/** The code of PostgreSQL's request for TLS, before anything else is sent. */
const SSL_REQUEST = 80877103;

/** A server that is not the database. It keeps what it is told after the request for TLS. */
export class Impostor {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  /** How often somebody has asked for TLS. */
  asked = 0;
  told = "";

  private constructor(private readonly certificate: tls.SecureContext | undefined) {
    this.#server = net.createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.once("data", (request) => {
        this.#answer(socket, request);
      });
    });
  }

  /** Says that it has no TLS, or presents a certificate. */
  static async start(certificate?: ServerCertificate): Promise<Impostor> {
    const context =
      certificate &&
      tls.createSecureContext({
        cert: await readFile(certificate.certificateFile),
        key: await readFile(certificate.keyFile),
      });
    const impostor = new Impostor(context);
    await new Promise<void>((ready) => impostor.#server.listen(0, "127.0.0.1", ready));
    return impostor;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((closed) => this.#server.close(closed));
  }

  #answer(socket: net.Socket, request: Buffer): void {
    if (request.length < 8 || request.readInt32BE(4) !== SSL_REQUEST) {
      this.told += request.toString("latin1");
      return;
    }
    this.asked++;
    if (!this.certificate) {
      this.#listen(socket);
      socket.write("N");
      return;
    }
    socket.write("S");
    const secure = new tls.TLSSocket(socket, { isServer: true, secureContext: this.certificate });
    secure.on("error", () => undefined);
    this.#listen(secure);
  }

  #listen(stream: net.Socket): void {
    stream.on("data", (data) => (this.told += data.toString("latin1")));
  }
}
