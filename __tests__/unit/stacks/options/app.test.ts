import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Annotations, LocalBackend, TerraformStack } from "cdktf";
import { afterAll, describe, expect, test } from "vitest";
import { createApp, synthesizeApp } from "../../../../stacks/options/app";

const outdir = mkdtempSync(path.join(tmpdir(), "app-"));
afterAll(() => {
  rmSync(outdir, { recursive: true });
});

describe("an app", () => {
  test("runs no check of cdktf's, each of which would start Terraform", () => {
    const app = createApp(outdir);
    const stack = new TerraformStack(app, "checked");
    new LocalBackend(stack, {});
    app.node.addValidation({ validate: () => ["terraform version was not found"] });
    expect(() => {
      app.synth();
    }).not.toThrow();
  });

  test("keeps no trace of where each construct was made", () => {
    const app = createApp(outdir);
    Annotations.of(app).addInfo("a note");
    expect(app.node.metadata).toEqual([expect.objectContaining({ data: "a note" })]);
    expect(app.node.metadata[0]?.trace).toBeUndefined();
  });
});

describe("a synthesis", () => {
  /** The trace of an object that is no error, as cdktf takes one of each token. */
  const traceOfToken = () => {
    const token: { stack?: string } = {};
    Error.captureStackTrace(token);
    return token.stack;
  };

  test("gives an error its trace, and a token none", () => {
    let error = "";
    let token: string | undefined;
    synthesizeApp(() => {
      error = new Error("no such bucket").stack ?? "";
      token = traceOfToken();
    }, outdir);
    const [first, second] = error.split("\n    at ");
    expect(first).toBe("Error: no such bucket");
    expect(second).toContain("app.test.ts");
    expect(token).toBe("");
  });

  test("leaves traces as they were before it, also when it fails", () => {
    synthesizeApp(() => undefined, outdir);
    expect(traceOfToken()).toContain("app.test.ts");
    const fail = () => {
      throw new Error("a defect");
    };
    expect(() => {
      synthesizeApp(fail, outdir);
    }).toThrow("a defect");
    expect(traceOfToken()).toContain("app.test.ts");
  });
});
