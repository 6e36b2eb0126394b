import { type Break, type Json, container, first, set } from "./broken";

/** Changes a repository's lifecycle policy as text. */
const lifecycle = (from: string, to: string) => (json: Json) => {
  const policy = first(json, "aws_ecr_lifecycle_policy", "private");
  policy["policy"] = String(policy["policy"]).replace(from, to);
};

const CROSS = "${data.terraform_remote_state.cross-stack-reference-input-images.outputs.other}";

export const IMAGES: Readonly<Record<string, readonly Break[]>> = {
  "Every container runs an image that the stack images pushed, by its digest": [
    {
      change: container((each) => (each["image"] = "nginx:latest")),
      says: "runs nginx:latest",
      where: "aws_ecs_task_definition.services_private",
    },
    {
      change: container((each) => (each["image"] = CROSS)),
      says: "runs ${data.terraform_remote_state",
      where: "aws_ecs_task_definition.services_private",
    },
    {
      stack: "images",
      change: (json) => {
        const tagged = JSON.stringify(json["locals"]).replace(/@[^"]*"/g, ':latest"');
        // The same text, and nothing but strings replaced.
        json["locals"] = JSON.parse(tagged) as Json[string];
      },
      says: "the container ready runs",
      at: "platform",
      where: "aws_ecs_task_definition.services_private",
    },
  ],
  "An image is pushed only after its container has shown that it works": [
    {
      stack: "images",
      change: set("docker_registry_image", { depends_on: [] }, "private"),
      says: "pushed without a probe",
      where: "docker_registry_image.images_private_pushed",
    },
    {
      stack: "images",
      change: set("docker_container", { wait: false }, "private_health"),
      says: "pushed without a probe",
      where: "docker_registry_image.images_private_pushed",
    },
    {
      stack: "images",
      // It waits for a container that asks nothing of the probe.
      change: set("docker_container", { network_mode: "bridge" }, "private_health"),
      says: "pushed without a probe",
      where: "docker_registry_image.images_private_pushed",
    },
    {
      stack: "images",
      // It waits for a probe, but of another image.
      change: (json) => {
        const { image } = first(json, "docker_container", "ready");
        set("docker_container", { image }, "private_probe")(json);
      },
      says: "pushed without a probe",
      where: "docker_registry_image.images_private_pushed",
    },
    {
      stack: "images",
      // It would go on although the worker has ended.
      change: set("docker_container", { pid_mode: "" }, "worker_health"),
      says: "pushed without a probe",
      where: "docker_registry_image.images_worker_pushed",
    },
    {
      stack: "images",
      // It would be pushed whatever its dry run ends with.
      change: set("docker_container", { attach: true, network_mode: "" }, "job_probe"),
      says: "pushed without a probe",
      where: "docker_registry_image.images_job_pushed",
    },
    {
      stack: "images",
      // It would do its work before it is pushed.
      change: set("docker_container", { network_mode: "bridge" }, "job_probe"),
      says: "pushed without a probe",
      where: "docker_registry_image.images_job_pushed",
    },
  ],
  "Where an environment scans, no image is run or pushed before its scan": [
    {
      stack: "images",
      scans: true,
      change: set("docker_registry_image", { depends_on: [] }, "private"),
      says: "it comes before the scan of its image",
      where: "docker_registry_image.images_private_pushed",
    },
    {
      stack: "images",
      scans: true,
      change: set("docker_container", { depends_on: [] }, "ready_probe"),
      says: "it comes before the scan of its image",
      where: "docker_container.images_ready_probe",
    },
    {
      stack: "images",
      scans: true,
      // The scan of another image.
      change: (json) => {
        const { provisioner } = first(json, "terraform_data", "ready_Scan");
        set("terraform_data", { provisioner }, "private_Scan")(json);
      },
      says: "it comes before the scan of its image",
      where: "docker_container.images_private_probe",
    },
    {
      stack: "images",
      scans: true,
      // It asks with an image that is scanned later.
      change: (json) => {
        const { depends_on: before } = first(json, "docker_container", "private_probe");
        const own = (before as string[]).filter((address) => !address.includes("_ready_"));
        set("docker_container", { depends_on: own }, "private_probe")(json);
      },
      says: "it comes before the scan of its image",
      where: "docker_container.images_private_health",
    },
  ],
  "Where an environment signs, no reference to an image is known before it is signed": [
    {
      stack: "images",
      scans: true,
      // Straight from the registry.
      change: (json) => {
        const signed =
          /\$\{terraform_data\.images_private_Signature_\w+\.triggers_replace\.digest\}/;
        const pushed = "${docker_registry_image.images_private_pushed.sha256_digest}";
        const locals = JSON.stringify(json["locals"]).replace(signed, () => pushed);
        // The same text, and nothing but strings replaced.
        json["locals"] = JSON.parse(locals) as Json[string];
      },
      says: "its image need not be signed",
      where: "local.images_private_reference",
    },
    {
      stack: "images",
      scans: true,
      change: set("terraform_data", { provisioner: [] }, "private_Signature"),
      says: "its image need not be signed",
      where: "local.images_private_reference",
    },
    {
      stack: "images",
      scans: true,
      // The signature of another image.
      change: (json) => {
        const { provisioner } = first(json, "terraform_data", "ready_Signature");
        set("terraform_data", { provisioner }, "private_Signature")(json);
      },
      says: "its image need not be signed",
      where: "local.images_private_reference",
    },
  ],
  "A pushed image is scanned, and its tag never moves": [
    {
      stack: "registry",
      change: set("aws_ecr_repository", { image_tag_mutability: "MUTABLE" }, "private"),
      says: "its tags are MUTABLE",
      where: "aws_ecr_repository.images_private_repository",
    },
    {
      stack: "registry",
      change: set("aws_ecr_repository", { image_scanning_configuration: undefined }, "private"),
      says: "does not scan",
      where: "aws_ecr_repository.images_private_repository",
    },
  ],
  "What runs, and what ran before it, never expires": [
    {
      stack: "registry",
      change: lifecycle('"running-*"', '"started-*"'),
      says: "tagged running-… may expire",
      where: "aws_ecr_lifecycle_policy.images_private_lifecycle",
    },
    {
      stack: "registry",
      // A rule that selects both expires neither, but one without the other is not selected.
      change: lifecycle('["previous-*"]', '["previous-*", "running-*"]'),
      says: "tagged previous-… may expire",
      where: "aws_ecr_lifecycle_policy.images_private_lifecycle",
    },
    {
      stack: "registry",
      change: lifecycle('"countNumber" = 1000', '"countNumber" = 1'),
      says: "tagged running-… may expire",
      where: "aws_ecr_lifecycle_policy.images_private_lifecycle",
    },
    {
      stack: "registry",
      change: lifecycle('"rulePriority" = 1', '"rulePriority" = 9'),
      says: "tagged running-… may expire",
      where: "aws_ecr_lifecycle_policy.images_private_lifecycle",
    },
    {
      stack: "registry",
      change: set(
        "aws_ecr_lifecycle_policy",
        { policy: '{"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any"}}]}' },
        "private",
      ),
      says: "tagged running-… may expire",
      where: "aws_ecr_lifecycle_policy.images_private_lifecycle",
    },
  ],
};
