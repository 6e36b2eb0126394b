import { type Diagnostic, addressInPlace } from "./diagnostic";

/**
 * The lines of `terraform apply -json`, and of a remote run, that matter here.
 *
 * @see https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
export type TerraformEvent =
  | { readonly type: "apply_start" | "apply_complete" | "apply_errored"; readonly address: string }
  | { readonly type: "planned"; readonly changes: Changes }
  | { readonly type: "applied"; readonly changes: Changes }
  /** A remote run has this page. */
  | { readonly type: "run"; readonly url: string }
  /** A remote run is queued; Terraform says why. */
  | { readonly type: "waiting"; readonly text: string }
  /** A line of a remote run that says none of the above. */
  | { readonly type: "text"; readonly text: string }
  | ({ readonly type: "error" } & Diagnostic);

/** The number of resources that a plan or apply changes. */
export interface Changes {
  readonly add: number;
  readonly change: number;
  readonly remove: number;
}

/** Parses one line; `undefined` for irrelevant events and lines that are not JSON. */
export function parseEvent(line: string): TerraformEvent | undefined {
  const event = parseJson(line);
  const hook = record(event["hook"]);
  const address = record(hook["resource"])["addr"];
  switch (event["type"]) {
    case "apply_start":
    case "apply_complete":
    case "apply_errored":
      // Reading a data source during an apply is no change.
      if (typeof address !== "string" || address.startsWith("data.")) return undefined;
      return { type: event["type"], address };
    case "change_summary": {
      const changes = record(event["changes"]);
      const type = changes["operation"] === "plan" ? "planned" : "applied";
      return { type, changes: readChanges(changes) };
    }
    case "diagnostic": {
      const { severity, summary, detail, address, snippet } = record(event["diagnostic"]);
      if (severity !== "error") return undefined;
      return {
        type: "error",
        summary: String(summary),
        detail: typeof detail === "string" ? detail : "",
        address:
          typeof address === "string"
            ? address
            : addressInPlace(String(record(snippet)["context"])),
      };
    }
    default:
      return undefined;
  }
}

function readChanges(changes: Readonly<Record<string, unknown>>): Changes {
  return {
    add: Number(changes["add"]),
    change: Number(changes["change"]),
    remove: Number(changes["remove"]),
  };
}

function parseJson(line: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(line));
  } catch {
    return {};
  }
}

/** A JSON object's values by name; empty for anything else. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  // Unknown JSON becomes a record of unknown values: each is narrowed where it is read.
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** A JSON list's values; empty for anything else. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
