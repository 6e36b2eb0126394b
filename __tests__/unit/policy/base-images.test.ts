import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import unpinned from "../../../policy/unpinned-images.json";
import { PROJECT_FOLDER, sourcesOf } from "../../../project";
import { services } from "../../../services";
import { baseImages, isPinned } from "../../../stacks/images/base-images";

/** An image that is taken by its name, and why. */
interface Exception {
  readonly dockerfile: string;
  readonly image: string;
  readonly reason: string;
}
const exceptions: readonly Exception[] = unpinned;

const dockerfiles = [
  ...Object.keys(services).map((service) => sourcesOf(services)(service).dockerfile),
  "stacks/platform/ready/Dockerfile",
  "stacks/platform/database-setup/Dockerfile",
  "sidecars/otel-collector/Dockerfile",
  "local/emulator/Dockerfile",
  "operations/scan/Dockerfile",
].filter((file) => existsSync(path.join(PROJECT_FOLDER, file)));

const bases = dockerfiles.flatMap((dockerfile) =>
  baseImages(readFileSync(path.join(PROJECT_FOLDER, dockerfile), "utf8")).map((base) => ({
    dockerfile,
    ...base,
  })),
);
const isExcepted = (dockerfile: string, reference: string) =>
  exceptions.some((each) => each.dockerfile === dockerfile && each.image === reference);

test("every base image is pinned by its digest, in an argument, or excepted with a reason", () => {
  const wrong = bases
    .filter(({ dockerfile, reference }) => !isExcepted(dockerfile, reference))
    .filter(({ reference, argument }) => !isPinned(reference) || argument === undefined)
    .map(({ dockerfile, reference }) =>
      [
        `${dockerfile}: ${reference} ${isPinned(reference) ? "is not in an argument" : "has no digest"}.`,
        `  → write ARG BASE=${reference.split("@")[0] ?? ""}@sha256:… before FROM \${BASE}; the digest: docker buildx imagetools inspect ${reference}`,
        "  → or name it in policy/unpinned-images.json with a reason",
      ].join("\n"),
    );
  expect(wrong).toEqual([]);
});

test("one name has one digest in the whole project", () => {
  const digests = new Map<string, Set<string>>();
  for (const { reference } of bases) {
    const [name = "", digest = ""] = reference.split("@");
    digests.set(name, (digests.get(name) ?? new Set()).add(digest));
  }
  expect([...digests].filter(([, found]) => found.size > 1).map(([name]) => name)).toEqual([]);
});

test("every exception is in use, and has a reason", () => {
  const gone = exceptions.filter(
    ({ dockerfile, image, reason }) =>
      reason.trim().length < 15 ||
      !bases.some((base) => base.dockerfile === dockerfile && base.reference === image),
  );
  expect(gone).toEqual([]);
});
