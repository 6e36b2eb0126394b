import { createHash, createPublicKey, verify } from "node:crypto";
import * as z from "zod/mini";

/**
 * The form in which cosign keeps the signature of an image: a manifest whose layer is the signed text, with
 * the signature as the layer's annotation. Newer versions of cosign write Sigstore bundles, which have no
 * tag, and read this form too.
 *
 * @see https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
const PAYLOAD_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";
const ANNOTATION = "dev.cosignproject.cosign/signature";

export const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
const CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";

/** An image in a registry: `host/repository@sha256:…`. */
export interface ImageReference {
  readonly host: string;
  readonly repository: string;
  readonly digest: string;
}

/** What is read of the manifest of a signature. */
const manifestSchema = z.object({
  layers: z.array(
    z.object({
      mediaType: z.string(),
      digest: z.string(),
      annotations: z.optional(z.record(z.string(), z.string())),
    }),
  ),
});

/**
 * The text that is signed. It is the same each time, to the byte, so that a signature can be verified
 * without the registry's copy of it.
 *
 * @see https://github.com/containers/image/blob/main/docs/containers-signature.5.md
 */
export function payloadOf({ host, repository, digest }: ImageReference): Buffer {
  const critical = {
    identity: { "docker-reference": `${host}/${repository}` },
    image: { "docker-manifest-digest": digest },
    type: "cosign container image signature",
  };
  return Buffer.from(JSON.stringify({ critical, optional: null }));
}

/** `sha256:…` */
export function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/** The manifest of a signature, and the config that it refers to. */
export function signatureManifest(
  payload: Buffer,
  signature: Uint8Array,
): { readonly manifest: Buffer; readonly config: Buffer } {
  const layer = described(PAYLOAD_TYPE, payload);
  const config = asJson({
    architecture: "",
    os: "",
    config: {},
    rootfs: { type: "layers", diff_ids: [layer.digest] },
  });
  const annotations = { [ANNOTATION]: Buffer.from(signature).toString("base64") };
  const manifest = asJson({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: described(CONFIG_TYPE, config),
    layers: [{ ...layer, annotations }],
  });
  return { manifest, config };
}

/**
 * Whether a manifest has a signature of the payload by a key.
 *
 * @param manifest the text of the manifest, which anyone may have written who may push
 * @param publicKey in the form in which KMS returns it: DER
 */
export function isSignedBy(manifest: string, payload: Buffer, publicKey: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
  return layersOf(manifest).some(({ mediaType, digest, annotations = {} }) => {
    const signature = Buffer.from(annotations[ANNOTATION] ?? "", "base64");
    const isOfPayload = mediaType === PAYLOAD_TYPE && digest === digestOf(payload);
    return isOfPayload && verify("sha256", payload, key, signature);
  });
}

function layersOf(manifest: string): z.infer<typeof manifestSchema>["layers"] {
  try {
    return manifestSchema.parse(JSON.parse(manifest)).layers;
  } catch {
    return [];
  }
}

function described(mediaType: string, content: Buffer) {
  return { mediaType, size: content.length, digest: digestOf(content) };
}

function asJson(content: object): Buffer {
  return Buffer.from(JSON.stringify(content));
}
