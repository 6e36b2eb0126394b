import type Docker from "dockerode";
import { describe, expect, test } from "vitest";
import { prepareBaseImages } from "../../../../local/machine/base-images";
import { isCurrent } from "../../../../local/machine/offline/stand-in";
import { Refusal } from "../../../../operations/terminal/refusal";

const DIGEST = `sha256:${"9".repeat(64)}`;
const PINNED = `python:3.13-slim-trixie@${DIGEST}`;
const NAME = "python:3.13-slim-trixie";

interface Image {
  readonly labels?: Record<string, string> | null;
  readonly digests?: readonly string[];
}

/** An engine with some images, and the images of a registry that it reaches. */
function engine(images: Readonly<Record<string, Image>>, registry: readonly string[] = []) {
  const present = new Map(Object.entries(images));
  const missing = Object.assign(new Error("no such image"), { statusCode: 404 });
  const tagged: string[] = [];
  const part = {
    getImage: (name: string) => ({
      inspect: () => {
        const found = present.get(name);
        if (!found) return Promise.reject(missing);
        const { labels = null, digests = [] } = found;
        return Promise.resolve({ Config: { Labels: labels }, RepoDigests: digests });
      },
      tag: ({ repo, tag }: { repo: string; tag: string }) => {
        tagged.push(`${name} ${repo}:${tag}`);
        return Promise.resolve();
      },
    }),
    pull: (name: string) =>
      registry.includes(name)
        ? Promise.resolve(name)
        : Promise.reject(new Error("Get https://registry/v2/: dial tcp: no such host")),
    modem: {
      followProgress: (_: unknown, done: (error: null, events: readonly unknown[]) => void) => {
        done(null, []);
      },
    },
  };
  return { docker: part as unknown as Docker, tagged };
}

describe("base images", () => {
  test("that the engine has stay unchanged, without output", async () => {
    const lines: string[] = [];
    const report = (line: string): void => void lines.push(line);
    const { docker } = engine({ [NAME]: { digests: [`python@${DIGEST}`] }, "own:1": {} });
    const images = [PINNED, "own:1"];
    await prepareBaseImages({ docker, images, cacheFolder: "/none", report });
    expect(lines).toEqual([]);
  });

  test("that can be neither pulled nor built are refused with the reason", async () => {
    const report = (): void => undefined;
    const failure = prepareBaseImages({
      docker: engine({}).docker,
      images: ["own:1"],
      cacheFolder: "/none",
      report,
    });
    await expect(failure).rejects.toThrow(Refusal);
    await expect(failure).rejects.toThrow("own:1 cannot be pulled (dial tcp: no such host)");
  });

  test("are pulled by their digests, and get the names that local builds use", async () => {
    const older = { [NAME]: { digests: [`python@sha256:${"1".repeat(64)}`] } };
    for (const images of [{}, older]) {
      const { docker, tagged } = engine(images, [`python@${DIGEST}`]);
      const report = (): void => undefined;
      await prepareBaseImages({ docker, images: [PINNED], cacheFolder: "/none", report });
      expect(tagged).toEqual([`python@${DIGEST} ${NAME}`]);
    }
  });

  test("that cannot be pulled are those of this machine, and it says so", async () => {
    const lines: string[] = [];
    const report = (line: string): void => void lines.push(line);
    const { docker } = engine({ [NAME]: { digests: ["python@sha256:1"] } });
    await prepareBaseImages({ docker, images: [PINNED], cacheFolder: "/none", report });
    expect(lines.at(-1)).toContain(`the ${NAME} of this machine is used`);
  });

  test("a stand-in is built again when its recipe changes, a published image never is", () => {
    expect(isCurrent("postgres:17-alpine", { "fargate-platform.recipe": "older" })).toBe(false);
    expect(isCurrent("postgres:17-alpine", {})).toBe(true);
    expect(isCurrent("postgres:17-alpine", null)).toBe(true);
  });
});
