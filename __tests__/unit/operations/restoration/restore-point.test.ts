import { RDSClient } from "@aws-sdk/client-rds";
import { describe, expect, test, vi } from "vitest";
import {
  continuation,
  isFrom,
  listSnapshots,
  pointText,
  readPoint,
  restoredFrom,
  restoredTags,
} from "../../../../operations/restoration/restore-point";
import { Refusal } from "../../../../operations/terminal/refusal";

describe("a restore point", () => {
  test("is a snapshot, a moment, or the latest", () => {
    expect(readPoint({ snapshot: "first" })).toEqual({ kind: "snapshot", snapshot: "first" });
    expect(readPoint({ to: "latest" })).toEqual({ kind: "latest" });
    expect(readPoint({ to: "2026-11-29T12:00:00+02:00" })).toEqual({
      kind: "time",
      time: new Date("2026-11-29T10:00:00Z"),
    });
  });

  const fix =
    "Say one of --snapshot NAME, --to 2026-11-29T10:00:00Z and --to latest; --list shows what there is.";

  test.each([{}, { snapshot: "first", to: "latest" }])("is one alone, unlike %j", (options) => {
    expect(() => readPoint(options)).toThrow(
      new Refusal("A restore needs one restore point.", fix),
    );
  });

  test.each([
    "",
    "yesterday",
    "2026-11-29T10:00:00",
    "10:00Z",
    "2026-11-29T10:00:00Z (UTC)",
    "Nov 29 2026 10:00Z",
  ])("is no time that means another moment elsewhere: %j", (to) => {
    expect(() => readPoint({ to })).toThrow(
      new Refusal(`--to is "${to}"; it must be a time with a zone, or latest.`, fix),
    );
  });

  test.each([
    [{ kind: "snapshot", snapshot: "first" } as const, "snapshot first"],
    [{ kind: "latest" } as const, "latest"],
    [{ kind: "time", time: new Date("2026-11-29T10:00:00Z") } as const, "2026-11-29T10:00:00.000Z"],
  ])("is a tag of the restored cluster, by which a restore continues: %#", (point, text) => {
    const aws = { Key: "aws:cloudformation:stack-name", Value: "x" };
    const former = { Key: "RestoredFrom", Value: "latest of last year" };
    const own = { Key: "laws:", Value: "kept" };
    const tags = restoredTags({ TagList: [aws, former, own] }, point);
    expect(tags).toEqual([own, { Key: "RestoredFrom", Value: text }]);
    expect(pointText(point)).toBe(text);
    expect(restoredFrom({ TagList: tags })).toBe(text);
  });

  test.each([
    ["snapshot first", "--snapshot first"],
    ["2026-11-29T10:00:00.000Z", "--to 2026-11-29T10:00:00.000Z"],
    // Written by hand.
    ["2026-11-29 10:00:00Z", "--to 2026-11-29T10:00:00.000Z"],
    // What was the latest then is another point now.
    ["latest", "--to 2026-11-29T12:00:00.000Z"],
  ])("that a cluster has as %s is continued with %s", (from, options) => {
    const cluster = {
      TagList: [{ Key: "RestoredFrom", Value: from }],
      ClusterCreateTime: new Date("2026-11-29T12:00:00Z"),
    };
    expect(continuation(cluster, "dev")).toBe(`npx platform restore dev ${options}`);
    const [name = "", value = ""] = options.slice(2).split(" ");
    expect(isFrom(cluster, readPoint({ [name]: value }))).toBe(true);
  });

  test.each([
    "snapshot platform-dev-2026-11-29",
    "snapshot 2026",
    // Of another moment on each machine.
    "2026-11-29T00:00:00",
  ])("%s is no point in time", (from) => {
    const cluster = { TagList: [{ Key: "RestoredFrom", Value: from }] };
    const time = new Date(Date.parse(from));
    expect(time.getTime()).not.toBeNaN();
    expect(isFrom(cluster, { kind: "time", time })).toBe(false);
    expect(continuation(cluster, "dev")).not.toContain(`--to ${from}`);
  });

  test("is unknown of a cluster that was not restored", () => {
    expect(restoredFrom({})).toBeUndefined();
    expect(restoredFrom({ TagList: [{ Key: "Environment", Value: "dev" }] })).toBeUndefined();
    expect(restoredTags({}, { kind: "latest" })).toHaveLength(1);
  });
});

test("the snapshots of all clusters are listed, the newest first, and those that are begun last", async () => {
  const rds = new RDSClient({ region: "us-east-1" });
  const pages: Readonly<Record<string, object>> = {
    "platform-dev": {
      DBClusterSnapshots: [
        {
          DBClusterSnapshotIdentifier: "old",
          SnapshotType: "manual",
          SnapshotCreateTime: new Date("2026-11-01T00:00:00Z"),
          Status: "available",
        },
        { Status: "creating" },
      ],
    },
    "platform-replaced-dev": {
      DBClusterSnapshots: [
        {
          DBClusterSnapshotIdentifier: "new",
          SnapshotType: "automated",
          SnapshotCreateTime: new Date("2026-11-29T00:00:00Z"),
          Status: "available",
        },
      ],
    },
  };
  vi.spyOn(rds, "send").mockImplementation(({ input }) => {
    return pages[(input as { DBClusterIdentifier: string }).DBClusterIdentifier] ?? {};
  });
  const lines = await listSnapshots(rds, ["platform-dev", "platform-replaced-dev", "no-such"]);
  expect(lines).toEqual([
    { snapshot: "new", kind: "automated", time: "2026-11-29T00:00:00.000Z", status: "available" },
    { snapshot: "old", kind: "manual", time: "2026-11-01T00:00:00.000Z", status: "available" },
    { snapshot: "", kind: "", time: "", status: "creating" },
  ]);
});
