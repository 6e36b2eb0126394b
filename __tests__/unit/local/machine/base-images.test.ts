import type Docker from "dockerode";
import { describe, expect, test } from "vitest";
import { prepareBaseImages } from "../../../../local/machine/base-images";
import { isCurrent } from "../../../../local/machine/offline/stand-in";
import { Refusal } from "../../../../operations/terminal/refusal";

/** An engine with some images and no access to a registry. */
function engine(images: readonly string[]): Docker {
  const missing = Object.assign(new Error("no such image"), { statusCode: 404 });
  const inspect = (name: string): Promise<unknown> =>
    images.includes(name) ? Promise.resolve({ Config: { Labels: null } }) : Promise.reject(missing);
  const part = {
    getImage: (name: string) => ({ inspect: () => inspect(name) }),
    pull: () => Promise.reject(new Error("Get https://registry/v2/: dial tcp: no such host")),
  };
  return part as unknown as Docker;
}

describe("base images", () => {
  test("that the engine has stay unchanged, without output", async () => {
    const lines: string[] = [];
    const report = (line: string): void => void lines.push(line);
    const docker = engine(["python:3.13-slim-trixie", "own:1"]);
    const images = ["python:3.13-slim-trixie", "own:1"];
    await prepareBaseImages({ docker, images, cacheFolder: "/none", report });
    expect(lines).toEqual([]);
  });

  test("that can be neither pulled nor built are refused with the reason", async () => {
    const report = (): void => undefined;
    const failure = prepareBaseImages({
      docker: engine([]),
      images: ["own:1"],
      cacheFolder: "/none",
      report,
    });
    await expect(failure).rejects.toThrow(Refusal);
    await expect(failure).rejects.toThrow("own:1 cannot be pulled (dial tcp: no such host)");
  });

  test("a stand-in is built again when its recipe changes, a published image never is", () => {
    expect(isCurrent("postgres:17-alpine", { "fargate-platform.recipe": "older" })).toBe(false);
    expect(isCurrent("postgres:17-alpine", {})).toBe(true);
    expect(isCurrent("postgres:17-alpine", null)).toBe(true);
  });
});
