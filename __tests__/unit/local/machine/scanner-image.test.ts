import type Docker from "dockerode";
import { expect, test } from "vitest";
import { prepareScanner } from "../../../../local/machine/scanner-image";
import { scannerImage } from "../../../../operations/scan/scanner";
import { Refusal } from "../../../../operations/terminal/refusal";
import { withoutDigest } from "../../../../stacks/images/base-images";

const NAME = withoutDigest(scannerImage());
const BY_DIGEST = scannerImage().replace(/:v[\d.]+@/, "@");
const IN_ACCOUNT = { registry: undefined };
const LOCAL = { registry: "http://127.0.0.1:4566" };

/** An engine that has images, and what it was asked to pull. */
function engine(present: readonly string[], registryAnswers: boolean) {
  const pulled: string[] = [];
  const part = {
    getImage: (name: string) => ({
      inspect: () =>
        present.includes(name)
          ? Promise.resolve({ Config: { Labels: null } })
          : Promise.reject(Object.assign(new Error("no such image"), { statusCode: 404 })),
      tag: () => Promise.resolve(),
    }),
    pull: (name: string) => {
      pulled.push(name);
      return registryAnswers
        ? Promise.resolve(name)
        : Promise.reject(new Error("toomanyrequests: You have reached your pull rate limit"));
    },
    modem: {
      followProgress: (_: unknown, done: (error: null, events: readonly unknown[]) => void) => {
        done(null, []);
      },
    },
  };
  return { docker: part as unknown as Docker, pulled };
}

function prepare(config: typeof IN_ACCOUNT | typeof LOCAL, docker: Docker): Promise<string> {
  return prepareScanner({ config, docker, cacheFolder: "/none", report: () => undefined });
}

test("in an account the scanner is pulled and run by its digest, once", async () => {
  const { docker, pulled } = engine([NAME], true);
  expect(await prepare(IN_ACCOUNT, docker)).toBe(BY_DIGEST);
  expect(pulled).toEqual([BY_DIGEST]);
  const later = engine([BY_DIGEST], false);
  expect(await prepare(IN_ACCOUNT, later.docker)).toBe(BY_DIGEST);
  expect(later.pulled).toEqual([]);
});

test("in an account no other image of the scanner's name takes its place", async () => {
  const failure = await prepare(IN_ACCOUNT, engine([NAME], false).docker).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(Refusal);
  expect(failure).toMatchObject({
    message: expect.stringContaining(`${BY_DIGEST} cannot be pulled (toomanyrequests`) as string,
    fix: expect.stringMatching(/docker pull anchore.*docker login.*mirror/) as string,
  });
});

test("on the local AWS the scanner has its name, which a stand-in may have", async () => {
  const { docker, pulled } = engine([], true);
  expect(await prepare(LOCAL, docker)).toBe(NAME);
  expect(pulled).toEqual([BY_DIGEST]);
});
