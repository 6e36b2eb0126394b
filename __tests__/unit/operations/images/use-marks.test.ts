import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  type ImageFailure,
  PutImageCommand,
} from "@aws-sdk/client-ecr";
import { describe, expect, test, vi } from "vitest";
import { markImages } from "../../../../operations/images/use-marks";
import { createClients } from "../../../../operations/target/clients";
import { awsError } from "../../../support/preflight";

const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const [a, b, gone] = ["a", "b", "c"].map((digit) => `sha256:${digit.repeat(64)}`) as [
  string,
  string,
  string,
];
const short = (digest: string) => digest.slice(7, 23);

/** A repository with the images a and b. */
function repository(
  tags: readonly (readonly string[])[],
  fails: { readonly put?: Error; readonly failures?: readonly ImageFailure[] } = {},
) {
  const { ecr } = createClients({ region: "us-east-1" });
  const steps: string[] = [];
  const requests: unknown[] = [];
  vi.spyOn(ecr, "send").mockImplementation((command: unknown) => {
    requests.push(command);
    if (command instanceof DescribeImagesCommand) {
      expect(command.input).toMatchObject({ repositoryName: "platform-dev/web" });
      const digests = [a, b];
      return {
        imageDetails: tags.map((imageTags, at) => ({ imageDigest: digests[at], imageTags })),
      };
    }
    if (command instanceof BatchGetImageCommand) {
      // Without it ECR may convert the manifest, and so change its digest.
      expect(command.input.acceptedMediaTypes).toContain(OCI_INDEX);
      const [{ imageDigest } = {}] = command.input.imageIds ?? [];
      if (imageDigest === gone) return { images: [] };
      const image = { imageManifest: `of ${imageDigest}`, imageManifestMediaType: OCI_INDEX };
      return { images: [image] };
    }
    if (command instanceof PutImageCommand) {
      const { imageDigest, imageTag } = command.input;
      expect(command.input).toMatchObject({
        repositoryName: "platform-dev/web",
        imageManifest: `of ${imageDigest}`,
        imageManifestMediaType: OCI_INDEX,
      });
      if (fails.put) throw fails.put;
      steps.push(`+${imageTag}`);
      return {};
    }
    expect(command).toBeInstanceOf(BatchDeleteImageCommand);
    const { imageIds = [] } = (command as BatchDeleteImageCommand).input;
    // A digest would delete the image.
    for (const each of imageIds) expect(Object.keys(each)).toEqual(["imageTag"]);
    steps.push(...imageIds.map(({ imageTag }) => `-${imageTag}`));
    return { failures: fails.failures };
  });
  return { ecr, steps, requests };
}

const mark = ({ ecr }: ReturnType<typeof repository>, ...inUse: string[]) =>
  markImages(ecr, "platform-dev/web", new Set(inUse));

describe("an image in use", () => {
  test("gets its tag before another one loses its own", async () => {
    const own = repository([["build-1", `running-${short(a)}`], ["build-2"]]);
    expect(await mark(own, b)).toEqual({ changes: 3, gone: [] });
    expect(own.steps).toEqual([
      `+running-${short(b)}`,
      `+previous-${short(a)}`,
      `-running-${short(a)}`,
    ]);
  });

  test("that is marked already costs no request but the look at its tags", async () => {
    const own = repository([
      ["build-1", `running-${short(a)}`],
      ["build-2", `previous-${short(b)}`],
    ]);
    expect(await mark(own, a)).toEqual({ changes: 0, gone: [] });
    expect(own.requests).toHaveLength(1);
  });

  test("that is gone from its repository is reported", async () => {
    const own = repository([["build-1"]]);
    expect(await mark(own, a, gone)).toEqual({ changes: 1, gone: [gone] });
  });

  test.each(["ImageAlreadyExistsException", "ImageTagAlreadyExistsException"])(
    "that another run has marked meanwhile, which ECR calls %s, is marked",
    async (name) => {
      const own = repository([["build-1"]], { put: awsError(name) });
      expect(await mark(own, a)).toEqual({ changes: 1, gone: [] });
    },
  );

  test("that cannot be marked takes no mark from another", async () => {
    const own = repository([[`running-${short(a)}`], []], {
      put: awsError("AccessDeniedException"),
    });
    await expect(mark(own, b)).rejects.toThrow();
    expect(own.steps).toEqual([]);
  });
});

test("a mark that is gone already is as good as removed, and any other failure is told", async () => {
  const tags = [["build-1", `running-${short(a)}`], ["build-2"]];
  const missing = { failureCode: "ImageNotFound" } as const;
  expect(await mark(repository(tags, { failures: [missing] }), b)).toMatchObject({ changes: 3 });
  const refused = {
    failureCode: "KmsError",
    failureReason: "no key",
    imageId: { imageTag: "running-1" },
  } as const;
  await expect(mark(repository(tags, { failures: [refused] }), b)).rejects.toThrow(
    "running-1: no key",
  );
});
