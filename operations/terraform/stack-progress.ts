import type { Diagnostic } from "./diagnostic";
import type { Changes, TerraformEvent } from "./terraform-events";

/** Reasons for unavoidable waits, by resource type. */
const WAITS: Readonly<Record<string, string>> = {
  aws_lb: "the AWS provider checks a load balancer after a minute",
  aws_acm_certificate_validation: "ACM looks for its record in DNS",
  aws_rds_cluster: "the AWS provider checks a cluster every half minute",
  aws_rds_cluster_instance: "the AWS provider checks an instance every half minute",
  aws_ecs_service: "tasks start, become healthy and replace the old ones",
  docker_image: "the image is built",
  terraform_data: "the image is scanned, signed or verified; a new key may need five minutes",
  docker_container: "the image runs until it is healthy",
  docker_registry_image: "the image is pushed",
};

/** How many lines of a remote run are kept as its last words. */
const LAST_WORDS = 5;

/** Tracks one stack's apply: what is done, what is in progress and for how long. */
export class StackProgress {
  private readonly started = new Map<string, number>();
  private done = 0;
  private total = 0;
  /** The latest changes that Terraform reported: planned first, then applied. */
  changes: Changes = { add: 0, change: 0, remove: 0 };
  readonly errors: Diagnostic[] = [];
  /** Addresses of the resources that failed. */
  readonly failed: string[] = [];
  /** Whether Terraform said that all is applied, or that there is nothing to apply. */
  applied = false;
  /** Why the remote run has not started, and since when in milliseconds; `undefined` once it has. */
  waiting: { readonly text: string; readonly since: number } | undefined;
  /** The remote run's page. */
  run: string | undefined;
  /** The last lines of the remote run that are about no resource. */
  readonly lastWords: string[] = [];

  /** Records an event; `now` is in milliseconds. */
  record(event: TerraformEvent, now: number): void {
    if (event.type === "waiting") {
      this.waiting = { text: event.text, since: this.waiting?.since ?? now };
      this.say(event.text);
      return;
    }
    this.waiting = undefined;
    switch (event.type) {
      case "planned":
        this.total = event.changes.add + event.changes.change + event.changes.remove;
        this.changes = event.changes;
        break;
      case "applied":
        this.changes = event.changes;
        this.applied = true;
        break;
      case "run":
        this.run = event.url;
        break;
      case "text":
        this.say(event.text);
        break;
      case "apply_start":
        this.started.set(event.address, now);
        break;
      case "apply_complete":
        this.done += 1;
        this.started.delete(event.address);
        break;
      case "apply_errored":
        this.failed.push(event.address);
        this.started.delete(event.address);
        break;
      case "error": {
        const { summary, detail, address } = event;
        this.errors.push({ summary, detail, address });
      }
    }
  }

  private say(text: string): void {
    this.lastWords.push(text);
    if (this.lastWords.length > LAST_WORDS) this.lastWords.shift();
  }

  /** Addresses of the resources that Terraform is working on. */
  get underWay(): string[] {
    return [...this.started.keys()];
  }

  /** `41/58, aws_lb load-balancer_alb 20 s: the AWS provider …`, the longest wait first. */
  line(now: number): string {
    const [longest, ...others] = [...this.started].sort(([, a], [, b]) => a - b);
    const count = `${this.done}/${this.total}`;
    if (!longest) return this.waiting ? this.waiting.text : count;
    const [address, since] = longest;
    const { type, name } = readableAddress(address);
    const reason = WAITS[type] ? `: ${WAITS[type]}` : "";
    const more = others.length > 0 ? ` (and ${others.length} more)` : "";
    return `${count}, ${type} ${name} ${Math.round((now - since) / 1000)} s${reason}${more}`;
  }
}

/** `aws_lb.load-balancer_alb_1A2B3C4D` without the hash that cdktf adds. */
export function readableAddress(address: string): { type: string; name: string } {
  const [type = "", ...rest] = address.split(".");
  return { type, name: rest.join(".").replace(/_[0-9A-F]{8}$/, "") };
}

/** `12 to add, 0 to change, 0 to destroy`, as Terraform counts. */
export function describeChanges({ add, change, remove }: Changes): string {
  return `${add} to add, ${change} to change, ${remove} to destroy`;
}
