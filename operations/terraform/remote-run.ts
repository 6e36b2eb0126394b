import { stripVTControlCharacters } from "node:util";
import { addressInPlace } from "./diagnostic";
import { type Changes, type TerraformEvent, parseEvent } from "./terraform-events";

const CHANGES = [
  {
    type: "planned",
    pattern: /^Plan: (?:\d+ to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy/,
  },
  {
    type: "applied",
    pattern:
      /^Apply complete! Resources: (?:\d+ imported, )?(\d+) added, (\d+) changed, (\d+) destroyed/,
  },
] as const;

/** Nothing is applied then, so that no "Apply complete!" follows. */
const UNCHANGED = /^No changes\. /;

/** The address below "To view this run in a browser, visit:". */
const PAGE = /^(https:\/\/\S+\/runs\/run-\w+)$/;

/** Said at once, and every half minute until the run starts; a cost estimate comes after the plan. */
const WAITING = /^Waiting for (?!cost estimate)/;

/** `aws_lb.alb: Creating...` and its completion. */
const RESOURCE =
  /^(\w+\.[\w-]+): (?:(Creating|Modifying|Destroying)\.\.\.|(?:Creation|Modifications|Destruction) complete)/;

/**
 * Reads Terraform's output line by line. A run in HCP Terraform prints human-readable text even with
 * `-json`; a local run prints only JSON.
 *
 * @see https://developer.hashicorp.com/terraform/cloud-docs/run/remote-operations
 */
export function eventReader(inCloud: boolean): (line: string) => TerraformEvent[] {
  const run = new RemoteRun();
  return (line) => {
    const event = parseEvent(line);
    if (event) return [event];
    return inCloud ? run.read(stripVTControlCharacters(line).trimEnd()) : [];
  };
}

/** Follows the text of one remote run. */
class RemoteRun {
  /** Addresses of the resources being changed. */
  private readonly underWay = new Set<string>();
  /** The lines of the error that is being printed. */
  private error: string[] | undefined;

  read(line: string): TerraformEvent[] {
    if (!this.error && /^│ Error: /.test(line)) this.error = [];
    if (this.error && line.startsWith("╵")) return this.endOfError(this.error);
    if (this.error) {
      this.error.push(line.replace(/^│ ?/, ""));
      return [];
    }
    const events = [...changesIn(line), ...this.resourceIn(line), ...runIn(line)];
    const text = line.trim();
    // The frame of an error begins with a line of its own.
    return events.length > 0 || text === "" || text === "╷" ? events : [{ type: "text", text }];
  }

  private resourceIn(line: string): TerraformEvent[] {
    const [, address, begun] = RESOURCE.exec(line) ?? [];
    if (address === undefined) return [];
    if (begun) this.underWay.add(address);
    else this.underWay.delete(address);
    return [{ type: begun ? "apply_start" : "apply_complete", address }];
  }

  private endOfError(lines: readonly string[]): TerraformEvent[] {
    this.error = undefined;
    const paragraphs = lines.join("\n").split(/\n(?:\n)+/);
    const [summary = "", ...rest] = paragraphs.map((text) => text.replace(/\s*\n\s*/g, " ").trim());
    const places = rest.filter((text) => /^(with|on) /.test(text));
    const details = rest.filter((text) => text !== "" && !places.includes(text));
    const address = places.map(addressIn).find((found) => found !== undefined);
    const failed = address !== undefined && this.underWay.delete(address);
    return [
      ...(failed ? [{ type: "apply_errored", address } as const] : []),
      {
        type: "error",
        summary: summary.replace(/^Error: /, ""),
        detail: details.join("\n"),
        address,
      },
    ];
  }
}

/** The address in `with aws_lb.alb, on cdk.tf.json line 3, in resource.aws_lb.alb:`, of which either part may be absent. */
function addressIn(place: string): string | undefined {
  const [, address] = /^with ((?:data\.)?\w+\.[\w-]+|provider\["[^"]+"\])/.exec(place) ?? [];
  const [, block = ""] = /^on .*? line \d+, in ([\w.-]+)/.exec(place) ?? [];
  return address ?? addressInPlace(block);
}

function runIn(line: string): TerraformEvent[] {
  const url = PAGE.exec(line)?.[1];
  if (url !== undefined) return [{ type: "run", url }];
  return WAITING.test(line) ? [{ type: "waiting", text: line }] : [];
}

function changesIn(line: string): TerraformEvent[] {
  if (UNCHANGED.test(line)) return [{ type: "applied", changes: { add: 0, change: 0, remove: 0 } }];
  return CHANGES.flatMap(({ type, pattern }) => {
    const found = pattern.exec(line);
    if (!found) return [];
    const [add = 0, change = 0, remove = 0] = found.slice(1).map(Number);
    const changes: Changes = { add, change, remove };
    return [{ type, changes }];
  });
}
