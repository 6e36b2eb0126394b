import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from "jose";
import type { IdentitySettings } from "../../src/identity/identity-settings.js";

interface Key {
  readonly kid: string;
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  readonly published: JWK;
}

type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** An identity provider: signs tokens, and publishes its keys on 127.0.0.1. */
export class Issuer {
  static #shared: Promise<Issuer> | undefined;

  /** The paths that were asked for. */
  readonly asked: string[] = [];
  behaviour: Behaviour;
  #server: Server;
  #keys: Key[] = [];
  readonly #port: number;

  private constructor(server: Server) {
    this.#server = server;
    // The server listens on TCP.
    this.#port = (server.address() as AddressInfo).port;
    this.behaviour = this.publish;
  }

  /** The one of all tests that need any token; it ends with the process. */
  static shared(): Promise<Issuer> {
    this.#shared ??= Issuer.start();
    return this.#shared;
  }

  static async start(): Promise<Issuer> {
    const server = createServer().listen(0, "127.0.0.1").unref();
    await once(server, "listening");
    const issuer = new Issuer(server);
    server.on("request", (request, response) => {
      issuer.asked.push(request.url ?? "");
      issuer.behaviour(request, response);
    });
    await issuer.addKey();
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/pool`;
  }

  get keysUrl(): string {
    return `${this.url}/keys`;
  }

  get settings(): IdentitySettings {
    return { issuer: this.url, audience: "tests", keysUrl: this.keysUrl };
  }

  /** As variables of a service. */
  get environment(): Record<string, string> {
    return {
      IDENTITY_ISSUER: this.url,
      IDENTITY_AUDIENCE: "tests",
      IDENTITY_KEYS_URL: this.keysUrl,
    };
  }

  get keySet(): { keys: JWK[] } {
    return { keys: this.#keys.map(({ published }) => published) };
  }

  /** What it answers unless a test says otherwise. */
  readonly publish: Behaviour = (request, response) => {
    const discovery = { issuer: this.url, jwks_uri: this.keysUrl };
    const known = new Map<string, unknown>([
      ["/pool/.well-known/openid-configuration", discovery],
      ["/pool/keys", this.keySet],
    ]);
    const body = known.get(request.url ?? "");
    response.writeHead(body ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(body ?? {}));
  };

  /** Signs with it from now on. */
  async addKey(algorithm = "RS256"): Promise<JWK> {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
    const kid = `key-${this.#keys.length + 1}`;
    const published = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: "sig" };
    this.#keys.push({ kid, algorithm, privateKey, published });
    return published;
  }

  /** A token that the service takes, unless a claim or the header is given otherwise. */
  async token(
    claims: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
  ): Promise<string> {
    const key = this.#keys.at(-1);
    if (!key) throw new Error("the issuer has no key");
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: this.url, aud: "tests", sub: "alice", iat: now, exp: now + 3600, ...claims };
    return new SignJWT(all)
      .setProtectedHeader({ alg: key.algorithm, kid: key.kid, ...header })
      .sign(key.privateKey);
  }

  async authorization(caller = "alice"): Promise<string> {
    return `Bearer ${await this.token({ sub: caller })}`;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
