import { Project } from "@cdktf/provider-tfe/lib/project";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { HcpSettings } from "./settings";
import { useHcp } from "./provider";

/** The project that contains the workspaces of all environments. It has its own state. */
export class ProjectStack extends TerraformStack {
  readonly project: Project;

  constructor(scope: Construct, id: string, hcp: HcpSettings) {
    super(scope, id);
    useHcp(this, hcp, `project-${hcp.project ?? ""}`);
    this.project = new Project(this, "project", {
      name: hcp.project ?? "",
      description: "Containerised services on ECS Fargate",
    });
  }
}
