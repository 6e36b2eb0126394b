import { expect, test, vi } from "vitest";
import * as inUse from "../../../../operations/images/images-in-use";
import { imagesInUsePhase } from "../../../../operations/images/images-in-use-phase";
import * as marks from "../../../../operations/images/use-marks";
import { readConfig } from "../../../../project";
import { environmentsWith } from "../../../support/environments";
import { awsError } from "../../../support/preflight";
import { fixture } from "../../../support/services";
import { targetOf } from "../../../support/target";

const { config } = readConfig({}, environmentsWith({}), fixture);
const target = targetOf({ config, services: fixture });

function run(signal = target.signal) {
  return imagesInUsePhase({ ...target, signal }).run(() => undefined);
}

test("the images of each repository are marked, also of one whose service leaves", async () => {
  vi.spyOn(inUse, "imagesInUse").mockResolvedValue(
    new Map([
      ["platform-dev/web", new Set(["a", "b"])],
      ["platform-dev/leaving", new Set(["c"])],
    ]),
  );
  const marked: Record<string, string[]> = {};
  vi.spyOn(marks, "markImages").mockImplementation((_, repository, digests) => {
    marked[repository] = [...digests];
    return Promise.resolve({ changes: digests.size, gone: [] });
  });
  expect(await run()).toBe("3 running, 3 marks changed");
  expect(marked).toEqual({
    "platform-dev/web": ["a", "b"],
    "platform-dev/leaving": ["c"],
    "platform-dev/orders": [],
    "platform-dev/order-archive": [],
    "platform-dev/ready": [],
    "platform-dev/database-setup": [],
  });
});

test("an image that is gone is named", async () => {
  vi.spyOn(inUse, "imagesInUse").mockResolvedValue(new Map([["platform-dev/web", new Set(["a"])]]));
  vi.spyOn(marks, "markImages").mockImplementation((_, repository, digests) =>
    Promise.resolve({ changes: 0, gone: repository.endsWith("web") ? [...digests] : [] }),
  );
  expect(await run()).toBe(
    "1 running, 0 marks changed; no new task can start with platform-dev/web@a, which is gone",
  );
});

test("a new environment runs nothing yet", async () => {
  vi.spyOn(inUse, "imagesInUse").mockResolvedValue(new Map());
  vi.spyOn(marks, "markImages").mockResolvedValue({ changes: 0, gone: [] });
  expect(await run()).toBe("nothing runs yet");
});

test("a failure is told with what follows from it, and does not fail the deployment", async () => {
  vi.spyOn(inUse, "imagesInUse").mockRejectedValue(awsError("ThrottlingException"));
  expect(await run()).toMatch(
    /^not marked; of all images only the 30 newest are sure to stay until the next deployment: ThrottlingException/,
  );
});

test("a denied request is told with the actions to allow", async () => {
  vi.spyOn(inUse, "imagesInUse").mockRejectedValue(awsError("AccessDeniedException"));
  expect(await run()).toMatch(
    /; allow the caller ecr:DescribeImages, .* and ecr:BatchDeleteImage, and for jobs states:.*, as npx platform setup does/,
  );
});

test("a repository that refuses keeps none of the others from being marked", async () => {
  vi.spyOn(inUse, "imagesInUse").mockResolvedValue(new Map([["platform-dev/web", new Set(["a"])]]));
  const marking = vi.spyOn(marks, "markImages").mockImplementation((_, repository) => {
    if (repository.endsWith("web")) return Promise.reject(awsError("AccessDeniedException"));
    return Promise.resolve({ changes: 0, gone: [] });
  });
  expect(await run()).toMatch(
    /^1 running, 0 marks changed; of platform-dev\/web only the 30 newest are sure to stay .*; allow/,
  );
  expect(marking).toHaveBeenCalledTimes(5);
});

test("an interruption ends the deployment", async () => {
  vi.spyOn(inUse, "imagesInUse").mockResolvedValue(new Map());
  vi.spyOn(marks, "markImages").mockResolvedValue({ changes: 0, gone: [] });
  await expect(run(AbortSignal.abort(new Error("interrupted")))).rejects.toThrow("interrupted");
  expect(marks.markImages).not.toHaveBeenCalled();
});
