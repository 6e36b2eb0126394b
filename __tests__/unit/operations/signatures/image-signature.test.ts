import { type KeyObject, generateKeyPairSync, sign } from "node:crypto";
import { GetPublicKeyCommand, KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isSignedBy, payloadOf } from "../../../../operations/signatures/cosign-signature";
import {
  type Signed,
  signImage,
  verifyImage,
} from "../../../../operations/signatures/image-signature";
import { Repository } from "../../../../operations/signatures/registry";
import { SigningKey } from "../../../../operations/signatures/signing-key";
import { Interrupted } from "../../../../operations/terminal/interruption";
import { answer, awsError } from "../../../support/preflight";
import { refusal } from "../../../support/refusal";
import { LOGIN, TestRegistry } from "../../../support/registry";

const digest = `sha256:${"4a".repeat(32)}`;
const repositoryName = "platform-dev/web";
const tag = `sha256-${"4a".repeat(32)}.sig`;
const path = `/v2/${repositoryName}/manifests/${tag}`;

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}
const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
const former = generateKeyPairSync("ec", { namedCurve: "P-256" });
const der = ({ publicKey }: Pair) => publicKey.export({ format: "der", type: "spki" });

let registry: TestRegistry;
beforeEach(async () => {
  registry = await TestRegistry.start();
});
afterEach(async () => {
  await registry.stop();
});

/** KMS with a key pair, and the requests for a signature. */
function kmsWith(pair: Pair) {
  const kms = new KMSClient({ region: "us-east-1" });
  const signatures: SignCommand["input"][] = [];
  // Of the client's many overloads, what is called.
  const sender: { send: (...args: never[]) => unknown } = kms;
  vi.spyOn(sender, "send").mockImplementation(async (command: unknown) => {
    if (command instanceof GetPublicKeyCommand) {
      expect(command.input).toEqual({ KeyId: "alias/platform-images-dev" });
      return Promise.resolve({ PublicKey: new Uint8Array(der(pair)) });
    }
    if (!(command instanceof SignCommand)) throw new Error("unexpected");
    signatures.push(command.input);
    const text = Buffer.from(command.input.Message ?? "");
    return Promise.resolve({ Signature: sign("sha256", text, pair.privateKey) });
  });
  return { kms, signatures };
}

function imageOf({ kms }: { kms: KMSClient }): Signed {
  const { signal } = new AbortController();
  const access = {
    origin: registry.origin,
    repository: repositoryName,
    login: LOGIN,
    signal,
  };
  return {
    place: { suffix: "dev", registry: undefined, region: "eu-west-1", account: undefined },
    image: "web",
    reference: { host: new URL(registry.origin).host, repository: repositoryName, digest },
    repository: new Repository(access),
    key: new SigningKey(kms, "alias/platform-images-dev", "dev", { report: vi.fn(), signal }),
  };
}

describe("signing an image", () => {
  test("stores a signature by the environment's key beside the image", async () => {
    const key = kmsWith(own);
    const signed = imageOf(key);
    expect(await signImage(signed)).toBe("web is signed");
    expect([...registry.manifests.keys()]).toEqual([path]);
    const stored = registry.manifests.get(path) ?? "";
    expect(isSignedBy(stored, payloadOf(signed.reference), der(own))).toBe(true);
    // cosign reads the text from the registry.
    expect([...registry.blobs.values()]).toContain(payloadOf(signed.reference).toString());
    expect(key.signatures).toMatchObject([
      {
        KeyId: "alias/platform-images-dev",
        MessageType: "RAW",
        SigningAlgorithm: "ECDSA_SHA_256",
      },
    ]);
  });

  test("is done once: what is signed already is neither signed nor pushed again", async () => {
    await signImage(imageOf(kmsWith(own)));
    const again = kmsWith(own);
    expect(await signImage(imageOf(again))).toBe("web is signed already");
    expect(again.signatures).toEqual([]);
  });

  test("is done anew after its tag was deleted, though the registry still has the layers", async () => {
    await signImage(imageOf(kmsWith(own)));
    registry.manifests.clear();
    expect(await signImage(imageOf(kmsWith(own)))).toBe("web is signed");
  });

  test("replaces no signature by another key, which the immutable tag would refuse", async () => {
    await signImage(imageOf(kmsWith(former)));
    const again = kmsWith(own);
    await expect(signImage(imageOf(again))).rejects.toThrow(
      `web has a signature that is not by the environment's key: the tag ${tag} in ${repositoryName}.`,
    );
    expect(again.signatures).toEqual([]);
  });

  test("fails with the registry's words", async () => {
    registry.status = 403;
    await expect(signImage(imageOf(kmsWith(own)))).rejects.toThrow(
      `The registry answered 403 to ${path}: nothing else`,
    );
  });

  test("sends the login to no other place", async () => {
    registry.uploadsTo = "http://127.0.0.2:1";
    await expect(signImage(imageOf(kmsWith(own)))).rejects.toThrow(
      "sends an upload elsewhere, to http://127.0.0.2:1",
    );
  });

  test("keeps the registry's words to half a thousand characters", async () => {
    registry.status = 500;
    registry.manifests.set(path, `\n  ${"x".repeat(600)}`);
    const failed = await signImage(imageOf(kmsWith(own))).catch(String);
    expect(failed.endsWith(`to ${path}: ${"x".repeat(500)}`)).toBe(true);
  });

  test("says that the registry does not answer, and that the command can be run again", async () => {
    const signed = imageOf(kmsWith(own));
    await registry.stop();
    await expect(signImage(signed)).rejects.toThrow(
      /registry .* does not answer: ECONNREFUSED[^]*\n→ Run the same command again\./,
    );
  });

  test("says that the registry takes too long to answer", async () => {
    const signed = imageOf(kmsWith(own));
    vi.spyOn(globalThis, "fetch").mockRejectedValue(new DOMException("too slow", "TimeoutError"));
    await expect(signImage(signed)).rejects.toThrow(/does not answer: TimeoutError: too slow/);
  });

  test("asks the registry nothing more after Ctrl-C", async () => {
    const { signal } = new AbortController();
    const access = { origin: registry.origin, repository: repositoryName, login: LOGIN, signal };
    const interrupted = { ...access, signal: AbortSignal.abort(new Interrupted()) };
    expect(await new Repository(access).manifest(tag)).toBeUndefined();
    await expect(new Repository(interrupted).manifest(tag)).rejects.toThrow(Interrupted);
  });

  test("says what makes a key where there is none, and passes on any other error", async () => {
    const key = kmsWith(own);
    answer(key.kms, awsError("NotFoundException"));
    await expect(signImage(imageOf(key))).rejects.toThrow(
      refusal(
        "dev has no key alias/platform-images-dev",
        "Set sign: true for dev in environments.ts, and run: npx platform deploy dev",
      ),
    );
    const other = awsError("KMSInternalException");
    answer(key.kms, other);
    await expect(signImage(imageOf(key))).rejects.toBe(other);
  });
});

describe("verifying an image that is promoted", () => {
  const written = () => `${new URL(registry.origin).host}/${repositoryName}@${digest}`;

  test("passes with a signature by the key of its environment", async () => {
    await signImage(imageOf(kmsWith(own)));
    expect(await verifyImage(imageOf(kmsWith(own)))).toBe("web is signed by dev");
  });

  test("fails without a signature, with the command that signs it again", async () => {
    const verified = verifyImage(imageOf(kmsWith(own)));
    await expect(verified).rejects.toThrow(
      `web of dev has no signature: ${repositoryName} has no tag ${tag}. It is not promoted.`,
    );
    // A deployment has signed it once, and would not again.
    await expect(verified).rejects.toThrow(
      `does not sign it again: PLATFORM_SUFFIX=dev npx platform sign-image web ${written()}\n`,
    );
  });

  test("tells first what else an image without a signature may be, and which digest to compare", async () => {
    const failed = await verifyImage(imageOf(kmsWith(own))).catch(String);
    expect(failed).toMatch(
      /swapped has no signature either\. Find out first why it is gone[^]*This one is sha256:4a4a\w+; compare: PLATFORM_SUFFIX=dev npx cdktf output images\n→ Sign it in dev[^]*\n {2}Then run the same command again\.$/,
    );
  });

  test("names that command for a shell that does not point to the local AWS, there", async () => {
    const signed = imageOf(kmsWith(own));
    const place = { ...signed.place, registry: registry.origin };
    await expect(verifyImage({ ...signed, place })).rejects.toThrow(
      `: eval "$(npx platform env)" && PLATFORM_SUFFIX=dev npx platform sign-image web ${written()}\n`,
    );
  });

  test("fails with a signature by another key, which goes before the image is signed again", async () => {
    await signImage(imageOf(kmsWith(former)));
    const verified = verifyImage(imageOf(kmsWith(own)));
    await expect(verified).rejects.toThrow(
      `web of dev has a signature that is not by dev's key: the tag ${tag} in ${repositoryName}`,
    );
    await expect(verified).rejects.toThrow(
      new RegExp(
        `delete it: aws ecr batch-delete-image --region eu-west-1 --repository-name ${repositoryName} --image-ids imageTag=${tag}\n→ Sign only[^]*\n→ Sign it in dev`,
      ),
    );
  });

  test("names the command that deletes one with the source's account, or for the local AWS", async () => {
    await signImage(imageOf(kmsWith(former)));
    const signed = imageOf(kmsWith(own));
    const elsewhere = { ...signed.place, account: "210987654321" };
    await expect(verifyImage({ ...signed, place: elsewhere })).rejects.toThrow(
      `batch-delete-image --region eu-west-1 --registry-id 210987654321 --repository-name`,
    );
    const local = { ...signed.place, registry: registry.origin };
    for (const failed of [verifyImage, signImage]) {
      await expect(failed({ ...signed, place: local })).rejects.toThrow(
        'eval "$(npx platform env)" && aws ecr batch-delete-image --region',
      );
    }
  });
});
