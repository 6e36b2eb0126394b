import { readFileSync } from "node:fs";
import path from "node:path";
import { App, Duration, STACK_RESOURCE_LIMIT_CONTEXT, Stack } from "aws-cdk-lib";
import { Schedule } from "aws-cdk-lib/aws-applicationautoscaling";
import { Port, SecurityGroup, Vpc } from "aws-cdk-lib/aws-ec2";
import {
  AwsLogDriver,
  Cluster,
  ContainerImage,
  ContainerInsights,
  FargateService,
  FargateTaskDefinition,
  Secret,
} from "aws-cdk-lib/aws-ecs";
import {
  ApplicationLoadBalancedFargateService,
  QueueProcessingFargateService,
  ScheduledFargateTask,
} from "aws-cdk-lib/aws-ecs-patterns";
import { ApplicationLoadBalancer } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  DatabaseCluster,
  DatabaseClusterEngine,
} from "aws-cdk-lib/aws-rds";
import { BlockPublicAccess, Bucket } from "aws-cdk-lib/aws-s3";
import { Queue } from "aws-cdk-lib/aws-sqs";
import type { HttpService, Job, ServiceSpec, Worker } from "../../../spec/service/spec";

/**
 * The catalogue as AWS CDK's own patterns: `app.ts CATALOGUE FOLDER [--no-validation]` synthesizes the services
 * in a JSON file into FOLDER and prints the process's CPU seconds and peak memory.
 *
 * What both sides have: network, cluster, load balancer, private names, one database cluster, and of each
 * service the hash of its build context, task definition, roles, log group, security group, target group,
 * scaling by CPU and memory, and a circuit breaker; the edges of `calls`, queues and buckets; jobs.
 *
 * What differs: the patterns add a listener to a shared load balancer for each service, by port, because they
 * know no rules by path. They copy each build context, as AWS CDK does by default; the platform only
 * hashes it. Only the platform has repositories, builds and probes of images, databases of single services
 * with their logins and migrations, alarms, dashboards and the state machines of jobs. A private
 * service has no pattern, so it is a plain FargateService, as an author would write it.
 *
 * AWS CDK validates the template against CloudFormation's schemas, unless it is told not to, as by `cdk synth
 * --no-validation`. The platform's synthesis does not validate; Terraform does, when it plans.
 */
const [catalogue = "", folder = "", validation] = process.argv.slice(2);
const WITHOUT_VALIDATION = "--no-validation";

// `tools/bench/synthesis.ts` writes it.
const services = JSON.parse(readFileSync(catalogue, "utf8")) as Record<string, Entry>;

type Entry<Spec extends ServiceSpec = ServiceSpec> = Spec & { readonly folder: string };

const app = new App({
  outdir: path.join(folder, "out"),
  analyticsReporting: false,
  builtinCloudFormationValidation: validation !== WITHOUT_VALIDATION,
  // CloudFormation takes 500 resources in a stack, which 30 services exceed. An author would split it.
  context: { [STACK_RESOURCE_LIMIT_CONTEXT]: 0 },
});
const stack = new Stack(app, "platform");
const vpc = new Vpc(stack, "network", { maxAzs: 2, natGateways: 2 });
const cluster = new Cluster(stack, "cluster", {
  vpc,
  containerInsightsV2: ContainerInsights.ENABLED,
  defaultCloudMapNamespace: { name: "platform.internal" },
});
const loadBalancer = new ApplicationLoadBalancer(stack, "load-balancer", {
  vpc,
  internetFacing: true,
});
const database = new DatabaseCluster(stack, "database", {
  engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_5 }),
  vpc,
  writer: ClusterInstance.serverlessV2("writer"),
  serverlessV2MinCapacity: 0.5,
  serverlessV2MaxCapacity: 4,
  storageEncrypted: true,
});

const namesOf = (list: readonly string[] | Readonly<Record<string, unknown>> = {}) =>
  list instanceof Array ? list : Object.keys(list);
const entries = Object.entries(services);
const queues = new Map(
  entries
    .flatMap(([, { receives }]) => namesOf(receives))
    .map((queue) => [queue, new Queue(stack, `queue-${queue}`)]),
);
const buckets = new Map(
  [...new Set(entries.flatMap(([, { stores }]) => namesOf(stores)))].map((bucket) => [
    bucket,
    new Bucket(stack, `bucket-${bucket}`, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
    }),
  ]),
);

const logDriver = (name: string) =>
  new AwsLogDriver({ streamPrefix: name, logRetention: RetentionDays.ONE_WEEK });

function databaseSecrets() {
  const secret =
    database.secret ?? never("a DatabaseCluster without given credentials has a secret");
  return {
    DATABASE_HOST: Secret.fromSecretsManager(secret, "host"),
    DATABASE_USER: Secret.fromSecretsManager(secret, "username"),
    DATABASE_PASSWORD: Secret.fromSecretsManager(secret, "password"),
  };
}

function never(rule: string): never {
  throw new Error(rule);
}

/** The image and settings of a service's own container, in the words of the patterns. */
function taskImage(name: string, spec: Entry) {
  const urls = (spec.calls ?? []).map((callee) => [
    `${callee.toUpperCase().replaceAll("-", "_")}_URL`,
    `http://${callee}.platform.internal:${services[callee]?.port}`,
  ]);
  return {
    image: ContainerImage.fromAsset(spec.folder),
    environment: { ...spec.environment, ...Object.fromEntries(urls) },
    secrets: spec.database ? databaseSecrets() : {},
    logDriver: logDriver(name),
  };
}

const size = ({ size: { cpu, memory } }: ServiceSpec) => ({ cpu, memoryLimitMiB: memory });
const deployment = {
  cluster,
  desiredCount: 2,
  minHealthyPercent: 100,
  circuitBreaker: { rollback: true },
};

/** A listener each; the first of them is HTTP's own. */
let listenerPort = 80;

/** A name of its own for each service: the pattern gives every listener of a load balancer the same id. */
function sharedLoadBalancer(name: string) {
  const [securityGroup] = loadBalancer.connections.securityGroups;
  return ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(stack, `${name}-balancer`, {
    loadBalancerArn: loadBalancer.loadBalancerArn,
    loadBalancerDnsName: loadBalancer.loadBalancerDnsName,
    loadBalancerCanonicalHostedZoneId: loadBalancer.loadBalancerCanonicalHostedZoneId,
    securityGroupId:
      securityGroup?.securityGroupId ?? never("a load balancer has a security group"),
    vpc,
  });
}

function publicService(name: string, spec: Entry<HttpService>): FargateService {
  const { environment, secrets, image, logDriver } = taskImage(name, spec);
  const pattern = new ApplicationLoadBalancedFargateService(stack, name, {
    ...deployment,
    ...size(spec),
    loadBalancer: sharedLoadBalancer(name),
    listenerPort: listenerPort++,
    taskImageOptions: { containerPort: spec.port, environment, secrets, image, logDriver },
    cloudMapOptions: { name },
  });
  pattern.targetGroup.configureHealthCheck({ path: pathOf(spec) });
  return pattern.service;
}

function privateService(name: string, spec: Entry<HttpService>): FargateService {
  const taskDefinition = new FargateTaskDefinition(stack, `${name}-task`, size(spec));
  const { logDriver, ...container } = taskImage(name, spec);
  const portMappings = [{ containerPort: spec.port }];
  taskDefinition.addContainer(name, { ...container, logging: logDriver, portMappings });
  const securityGroups = [new SecurityGroup(stack, `${name}-security-group`, { vpc })];
  return new FargateService(stack, name, {
    ...deployment,
    taskDefinition,
    securityGroups,
    cloudMapOptions: { name },
  });
}

const pathOf = ({ health }: HttpService) => (typeof health === "string" ? health : health.path);

function worker(name: string, spec: Entry<Worker>): FargateService {
  const [received] = namesOf(spec.receives);
  const queue = queues.get(received ?? "");
  return new QueueProcessingFargateService(stack, name, {
    cluster,
    ...size(spec),
    ...taskImage(name, spec),
    ...(queue && { queue }),
    minScalingCapacity: spec.scaling?.min ?? 2,
    maxScalingCapacity: spec.scaling?.max ?? 10,
    circuitBreaker: { rollback: true },
  }).service;
}

function job(name: string, spec: Entry<Job>): FargateTaskDefinition {
  const { schedule } = spec;
  const pattern = new ScheduledFargateTask(stack, name, {
    cluster,
    scheduledFargateTaskImageOptions: { ...size(spec), ...taskImage(name, spec) },
    schedule: schedule.cron
      ? Schedule.expression(`cron(${schedule.cron})`)
      : Schedule.rate(Duration.minutes(schedule.everyMinutes ?? 60)),
  });
  return pattern.taskDefinition;
}

const built = new Map<string, FargateService>();
for (const [name, spec] of entries) {
  if (spec.schedule !== undefined) {
    grant(spec, job(name, spec));
    continue;
  }
  const service =
    spec.port === undefined
      ? worker(name, spec)
      : spec.path === undefined
        ? privateService(name, spec)
        : publicService(name, spec);
  built.set(name, service);
  grant(spec, service.taskDefinition);
  if (spec.database) service.connections.allowToDefaultPort(database);
  // The pattern of a worker scales by itself.
  if (spec.port === undefined) continue;
  const { min: minCapacity, max: maxCapacity } = spec.scaling ?? { min: 2, max: 10 };
  const scaling = service.autoScaleTaskCount({ minCapacity, maxCapacity });
  scaling.scaleOnCpuUtilization("cpu", { targetUtilizationPercent: 70 });
  scaling.scaleOnMemoryUtilization("memory", { targetUtilizationPercent: 80 });
}
for (const [name, { calls = [] }] of entries) {
  for (const callee of calls) {
    const port = services[callee]?.port;
    const [from, to] = [built.get(name), built.get(callee)];
    if (from && to && port !== undefined) from.connections.allowTo(to, Port.tcp(port));
  }
}

function grant(
  { sends, stores }: ServiceSpec,
  { taskRole }: Pick<FargateTaskDefinition, "taskRole">,
) {
  for (const queue of namesOf(sends)) queues.get(queue)?.grantSendMessages(taskRole);
  for (const bucket of namesOf(stores)) buckets.get(bucket)?.grantReadWrite(taskRole);
}

app.synth();
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
console.log(
  JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 }),
);
