import { REGISTRY_SECONDS } from "../../spec/limits";
import type { Login } from "../images/registry-login";
import { wordsOf } from "../target/aws-error";
import { Failure } from "../terminal/run";
import { MANIFEST_TYPE, digestOf } from "./cosign-signature";

/** A repository, and whom it is asked as. */
export interface RepositoryAccess {
  /** `https://host`, or `http://host:port` on the local AWS. */
  readonly origin: string;
  readonly repository: string;
  readonly login: Pick<Login, "username" | "password">;
  readonly signal: AbortSignal;
}

type Content = Readonly<Record<"Content-Type", string>>;

/**
 * A repository in ECR, by the protocol that Docker speaks: AWS keeps the actions by which its SDK could
 * upload a layer for the registry's own use.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_InitiateLayerUpload.html
 */
export class Repository {
  constructor(private readonly access: RepositoryAccess) {}

  /** The text of a manifest, by its tag; `undefined` if there is none. */
  async manifest(tag: string): Promise<string | undefined> {
    const answer = await this.ask("GET", `manifests/${tag}`, { Accept: MANIFEST_TYPE });
    if (answer.status === 404) return undefined;
    return await (await accepted(answer)).text();
  }

  /** Uploads a layer, unless the repository has it, as after a signature that has failed or was deleted. */
  async putBlob(content: Buffer): Promise<void> {
    if ((await this.ask("HEAD", `blobs/${digestOf(content)}`)).ok) return;
    const begun = await accepted(await this.ask("POST", "blobs/uploads/"));
    const place = new URL(begun.headers.get("Location") ?? "", this.url("blobs/uploads/"));
    // The login is for the registry alone.
    if (place.origin !== this.access.origin) {
      throw new Failure([`${this.access.origin} sends an upload elsewhere, to ${place.origin}.`]);
    }
    place.searchParams.set("digest", digestOf(content));
    const type = { "Content-Type": "application/octet-stream" };
    await accepted(await this.ask("PUT", place.href, type, content));
  }

  /** Everything that the manifest refers to must be there. */
  async putManifest(tag: string, manifest: Buffer): Promise<void> {
    const type: Content = { "Content-Type": MANIFEST_TYPE };
    await accepted(await this.ask("PUT", `manifests/${tag}`, type, manifest));
  }

  private url(path: string): URL {
    const { origin, repository } = this.access;
    return new URL(path, `${origin}/v2/${repository}/`);
  }

  private async ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: Buffer,
  ): Promise<Response> {
    const { login, signal, origin } = this.access;
    const limit = AbortSignal.timeout(REGISTRY_SECONDS * 1000);
    const basic = Buffer.from(`${login.username}:${login.password}`).toString("base64");
    try {
      return await fetch(this.url(path), {
        method,
        headers: { ...headers, Authorization: `Basic ${basic}` },
        signal: AbortSignal.any([signal, limit]),
        ...(body && { body: new Uint8Array(body) }),
      });
    } catch (error) {
      signal.throwIfAborted();
      const reason = error instanceof Error && error.cause ? error.cause : error;
      throw new Failure([
        `The registry ${origin} does not answer: ${wordsOf(reason)}.`,
        "→ Run the same command again.",
      ]);
    }
  }
}

/** @throws Failure with the registry's own words */
async function accepted(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const said = (await answer.text()).trim().slice(0, 500);
  throw new Failure([
    `The registry answered ${answer.status} to ${new URL(answer.url).pathname}: ${said || "nothing else"}`,
  ]);
}
