import type { Reference, Resource } from "./resource";

/** What a remote run does; by default, it plans no changes. */
export interface Script {
  /** Never starts: its workspace is locked, or other runs come first. */
  readonly stuck?: boolean;
  /** What the plan prints. */
  readonly plan?: string;
  /** The plan as JSON, for who may see it. */
  readonly planJson?: unknown;
  readonly planFails?: boolean;
  /** What the apply prints; a run without it has no changes. */
  readonly apply?: string;
  readonly applyFails?: boolean;
}

/** What HCP Terraform's own lines come before, each of which Terraform leaves out once. */
const HEAD = "Terraform v1.11.4\non linux_amd64\nInitializing plugins and modules...\n";

const UNCHANGED = "No changes. Your infrastructure matches the configuration.\n";

/** A remote run; it goes on whenever the whole log of its current phase has been read. */
export class Run {
  status: string;

  constructor(
    readonly id: string,
    readonly workspace: string,
    private readonly autoApply: boolean,
    readonly script: Script,
  ) {
    this.status = script.stuck ? "pending" : "planning";
  }

  get hasChanges(): boolean {
    return this.script.apply !== undefined;
  }

  log(phase: "plan" | "apply"): string {
    const { plan = UNCHANGED, apply = "" } = this.script;
    return `\u0002${HEAD}${phase === "plan" ? plan : apply}\u0003`;
  }

  /** The log of the current phase has been read to its end. */
  goOn(): void {
    const { planFails, applyFails } = this.script;
    if (this.status === "applying") this.status = applyFails ? "errored" : "applied";
    if (this.status !== "planning") return;
    if (planFails) this.status = "errored";
    else if (!this.hasChanges) this.status = "planned_and_finished";
    else this.status = this.autoApply ? "applying" : "planned_and_saved";
  }

  cancel(): void {
    if (this.isCancelable) this.status = "canceled";
  }

  private get isCancelable(): boolean {
    return ["pending", "planning", "applying"].includes(this.status);
  }

  private reference(kind: "plan" | "apply"): Reference {
    const type = kind === "plan" ? "plans" : "applies";
    return { id: `${kind}-${this.id}`, type };
  }

  resource(): Resource {
    return {
      id: this.id,
      type: "runs",
      attributes: {
        status: this.status,
        "has-changes": this.hasChanges,
        "auto-apply": this.autoApply,
        actions: {
          "is-cancelable": this.isCancelable,
          "is-confirmable": this.status === "planned_and_saved",
        },
        permissions: { "can-apply": true, "can-cancel": true },
      },
      relationships: {
        plan: { data: this.reference("plan") },
        apply: { data: this.reference("apply") },
        workspace: { data: { id: this.workspace, type: "workspaces" } },
      },
    };
  }

  /** The plan or the apply of the run. */
  phase(kind: "plan" | "apply", url: string): Resource {
    const running = kind === "plan" ? "planning" : "applying";
    const ended = this.status === "errored" ? "errored" : "finished";
    return {
      ...this.reference(kind),
      attributes: {
        status: ["pending", running].includes(this.status) ? "running" : ended,
        "has-changes": this.hasChanges,
        "log-read-url": `${url}/logs/${kind}/${this.id}`,
      },
    };
  }
}
