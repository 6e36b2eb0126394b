import { RDSClient } from "@aws-sdk/client-rds";
import { beforeEach, describe, expect, test, vi } from "vitest";
import {
  availableCluster,
  availableInstance,
  findCluster,
  findInstance,
  goneInstance,
} from "../../../../operations/restoration/clusters";
import { awsError } from "../../../support/preflight";

const rds = new RDSClient({ region: "us-east-1" });
const controller = new AbortController();
let inputs: object[];
let lines: string[];
const waiting = {
  rds,
  signal: controller.signal,
  report: (line: string) => {
    lines.push(line);
    // What comes next does: no test waits three seconds.
    controller.abort(new Error("still waiting"));
  },
};

/** RDS gives the answers one by one, or throws them. */
function answers(...given: readonly unknown[]): void {
  let turn = 0;
  vi.spyOn(rds, "send").mockImplementation(({ input }) => {
    inputs.push(input);
    const answer = given[Math.min(turn, given.length - 1)];
    turn += 1;
    if (answer instanceof Error) throw answer;
    return answer;
  });
}

beforeEach(() => {
  inputs = [];
  lines = [];
});

describe("a cluster and an instance", () => {
  test("are asked for by name", async () => {
    answers({ DBClusters: [{ Status: "available" }], DBInstances: [{ DBInstanceStatus: "x" }] });
    expect(await findCluster(rds, "one")).toEqual({ Status: "available" });
    expect(await findInstance(rds, "two")).toEqual({ DBInstanceStatus: "x" });
    expect(inputs).toEqual([{ DBClusterIdentifier: "one" }, { DBInstanceIdentifier: "two" }]);
  });

  test("are not there if RDS says so, or names none", async () => {
    answers({});
    expect(await findCluster(rds, "one")).toBeUndefined();
    expect(await findInstance(rds, "two")).toBeUndefined();
    answers(awsError("DBClusterNotFoundFault"));
    expect(await findCluster(rds, "one")).toBeUndefined();
    for (const name of ["DBInstanceNotFound", "DBInstanceNotFoundFault"]) {
      answers(awsError(name));
      expect(await findInstance(rds, "two")).toBeUndefined();
    }
  });

  test("may be there if RDS does not say", async () => {
    answers(awsError("AccessDenied"));
    await expect(findCluster(rds, "one")).rejects.toThrow("no");
    await expect(findInstance(rds, "two")).rejects.toThrow("no");
  });
});

describe("a wait", () => {
  test("ends once the cluster is available, or the instance, or the instance is gone", async () => {
    const ready = { DBClusters: [{ Status: "available" }] };
    answers(ready);
    expect(await availableCluster("one", waiting)).toEqual({ Status: "available" });
    answers({ DBInstances: [{ DBInstanceStatus: "available" }] });
    expect(await availableInstance("two", waiting)).toEqual({ DBInstanceStatus: "available" });
    answers(awsError("DBInstanceNotFoundFault"));
    await goneInstance("two", waiting);
    expect(lines).toEqual([]);
  });

  test.each([
    [availableCluster, { DBClusters: [{ Status: "creating" }] }, "the cluster x: creating"],
    [availableCluster, {}, "the cluster x: not there yet"],
    [
      availableInstance,
      { DBInstances: [{ DBInstanceStatus: "renaming" }] },
      "the instance x: renaming",
    ],
    [availableInstance, {}, "the instance x: not there yet"],
    [
      goneInstance,
      { DBInstances: [{ DBInstanceStatus: "deleting" }] },
      "the deletion of x: deleting",
    ],
  ])(
    "says what it waits for, and ends at once with an interruption: %#",
    async (wait, now, said) => {
      answers(now);
      await expect(wait("x", waiting)).rejects.toThrow();
      expect(lines).toEqual([`waiting for ${said}`]);
    },
  );

  test.each([
    [{ DBClusters: [{ Status: "creating" }] }, "creating"],
    [{}, "it is not there"],
  ])("has a limit, and says how to go on: %#", async (now, status) => {
    const clock = vi.spyOn(Date, "now");
    clock.mockReturnValueOnce(0).mockReturnValue(3_600_001);
    answers(now);
    await expect(availableCluster("one", waiting)).rejects.toThrow(
      [
        `the cluster one was not ready within 60 minutes: ${status}.`,
        "→ aws rds describe-events shows why. The same command continues from there.",
      ].join("\n"),
    );
    clock.mockReset().mockReturnValueOnce(0).mockReturnValue(3_600_000);
    await expect(availableCluster("one", waiting)).rejects.not.toThrow("60 minutes");
  });
});
