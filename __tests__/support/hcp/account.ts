import type { Run, Script } from "./run";

/** A version of a workspace's state; without a text while it is uploaded. */
export interface StateVersion {
  readonly id: string;
  readonly serial: number;
  readonly md5: string;
  text: string | undefined;
}

/** A workspace, as far as Terraform and the checks look at it. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  executionMode: string;
  locked: boolean;
  /** IDs of the workspaces that may read its state. */
  consumers: string[];
  repository: boolean;
  readonly states: StateVersion[];
  readonly runs: Run[];
  /** What the next remote runs do. */
  script: Script;
}

/** All that one organization has. */
export class Account {
  readonly organization = "acme";
  readonly token = "a-token";
  readonly workspaces = new Map<string, Workspace>();
  readonly uploads = new Map<string, string>();
  private count = 0;

  id(kind: string): string {
    this.count += 1;
    return `${kind}-${this.count}`;
  }

  create(name: string, executionMode = "remote"): Workspace {
    const workspace: Workspace = {
      id: this.id("ws"),
      name,
      executionMode,
      locked: false,
      consumers: [],
      repository: false,
      states: [],
      runs: [],
      script: {},
    };
    this.workspaces.set(name, workspace);
    return workspace;
  }

  workspace(id: string | undefined): Workspace | undefined {
    return [...this.workspaces.values()].find((workspace) => workspace.id === id);
  }

  run(test: (run: Run) => boolean): Run | undefined {
    return [...this.workspaces.values()].flatMap(({ runs }) => runs).find(test);
  }
}
