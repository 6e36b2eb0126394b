import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  digestOf,
  isSignedBy,
  payloadOf,
  signatureManifest,
} from "../../../../operations/signatures/cosign-signature";
import { signatureTag } from "../../../../spec/image-tags";

const digest = `sha256:${"4a".repeat(32)}`;
const reference = { host: "registry.example", repository: "platform-dev/web", digest };
const payload = payloadOf(reference);

const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
const der = ({ publicKey }: typeof own) => publicKey.export({ format: "der", type: "spki" });
const signed = (text: Buffer, { privateKey } = own) =>
  signatureManifest(text, sign("sha256", text, privateKey)).manifest.toString();

describe("the form of a signature", () => {
  test("is cosign's payload for an image without annotations, to the byte", () => {
    expect(payload.toString()).toBe(
      `{"critical":{"identity":{"docker-reference":"registry.example/platform-dev/web"},"image":{"docker-manifest-digest":"${digest}"},"type":"cosign container image signature"},"optional":null}`,
    );
  });

  test("is found under cosign's tag", () => {
    expect(signatureTag(digest)).toBe(`sha256-${"4a".repeat(32)}.sig`);
  });

  test("is a manifest whose layer is the payload, with the signature beside it", () => {
    const { manifest, config } = signatureManifest(payload, Buffer.from("signature"));
    const sha256 = (content: Buffer) =>
      `sha256:${createHash("sha256").update(content).digest("hex")}`;
    expect(JSON.parse(manifest.toString())).toEqual({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: {
        mediaType: "application/vnd.oci.image.config.v1+json",
        size: config.length,
        digest: sha256(config),
      },
      layers: [
        {
          mediaType: "application/vnd.dev.cosign.simplesigning.v1+json",
          size: payload.length,
          digest: sha256(payload),
          annotations: { "dev.cosignproject.cosign/signature": "c2lnbmF0dXJl" },
        },
      ],
    });
    expect(JSON.parse(config.toString())).toMatchObject({
      rootfs: { type: "layers", diff_ids: [digestOf(payload)] },
    });
  });
});

describe("a signature", () => {
  test("is valid by the key that made it, and by no other", () => {
    expect(isSignedBy(signed(payload), payload, der(own))).toBe(true);
    expect(isSignedBy(signed(payload), payload, der(other))).toBe(false);
  });

  test("counts among several", () => {
    const [one, two] = [signed(payload, other), signed(payload)].map(
      (text) => JSON.parse(text) as { layers: object[] },
    );
    const both = JSON.stringify({
      ...one,
      layers: [...(one?.layers ?? []), ...(two?.layers ?? [])],
    });
    expect(isSignedBy(both, payload, der(own))).toBe(true);
  });

  test("of another image, or of the image elsewhere, is none of this one", () => {
    const elsewhere = payloadOf({ ...reference, repository: "platform-prod/web" });
    const another = payloadOf({ ...reference, digest: `sha256:${"5b".repeat(32)}` });
    for (const text of [elsewhere, another]) {
      expect(isSignedBy(signed(text), payload, der(own))).toBe(false);
      // A layer that only claims to be of this payload.
      const claimed = signed(text).replace(digestOf(text), digestOf(payload));
      expect(isSignedBy(claimed, payload, der(own))).toBe(false);
    }
  });

  test.each([
    ["nothing", ""],
    ["no object", "null"],
    ["no layers", "{}"],
    ["layers that are no list", '{"layers": {}}'],
    ["a layer without a digest", '{"layers": [{}]}'],
    ["another text", signed(payload).replace(/("dev[^"]*":)"[^"]*"/, '$1"?"')],
    ["a layer without a signature", signed(payload).replace(/,"annotations":\{[^}]*\}/, "")],
    ["a layer of another type", signed(payload).replace("simplesigning", "other")],
    // cosign would read another text.
    ["a layer of another digest", signed(payload).replace(digestOf(payload), digest)],
  ])("is not read out of %s", (_, manifest) => {
    expect(isSignedBy(manifest, payload, der(own))).toBe(false);
  });
});
