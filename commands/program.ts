import { Command, CommanderError } from "commander";
import { inWords } from "../operations/failures/failed-request";
import { run } from "../operations/terminal/run";

/** Adds a command's arguments, options and action. */
type Configure = (command: Command) => void;

interface Entry {
  readonly summary: string;
  /** Loads the module only when the command is used: some take a second. */
  readonly load: () => Promise<Configure>;
}

/** Every command; each has a file with the same name. */
const COMMANDS: Readonly<Record<string, Entry>> = {
  up: {
    summary: "prepare this machine and deploy to a local AWS",
    load: async () => (await import("./up")).up,
  },
  verify: {
    summary: "test every service on the local AWS",
    load: async () => (await import("./verify")).verify,
  },
  down: {
    summary: "remove the local AWS and everything in it",
    load: async () => (await import("./down")).down,
  },
  "local-aws": {
    summary: "prepare this machine and start an empty local AWS",
    load: async () => (await import("./local-aws")).localAws,
  },
  env: {
    summary: "print the variables that point a shell to the local AWS",
    load: async () => (await import("./env")).env,
  },
  doctor: {
    summary: "check everything a deployment needs",
    load: async () => (await import("./doctor")).doctor,
  },
  plan: {
    summary: "show what a deployment would change, service by service",
    load: async () => (await import("./plan")).plan,
  },
  cost: {
    summary: "estimate what an environment costs in a month",
    load: async () => (await import("./cost")).cost,
  },
  handbook: {
    summary: "write the handbook of an environment for the person on call",
    load: async () => (await import("./handbook")).handbook,
  },
  deploy: {
    summary: "deploy an environment",
    load: async () => (await import("./deploy")).deploy,
  },
  status: {
    summary: "show every service and job in one line",
    load: async () => (await import("./status")).status,
  },
  logs: {
    summary: "print the logs of services and jobs",
    load: async () => (await import("./logs")).logs,
  },
  exec: {
    summary: "run a command in a running task of a service",
    load: async () => (await import("./exec")).execInTask,
  },
  restart: {
    summary: "replace a service's tasks by new ones of the same version",
    load: async () => (await import("./restart")).restartService,
  },
  rollback: {
    summary: "put a service's previous version back",
    load: async () => (await import("./rollback")).rollbackService,
  },
  open: {
    summary: "print the URL of an environment, and open it",
    load: async () => (await import("./open")).openEnvironment,
  },
  token: {
    summary: "print a token for trying out an environment's services",
    load: async () => (await import("./token")).token,
  },
  run: {
    summary: "run a command in a service's container, or a job now",
    load: async () => (await import("./run")).runOnce,
  },
  secret: {
    summary: "set, list and remove the secrets of services",
    load: async () => (await import("./secret")).secret,
  },
  diagnose: {
    summary: "explain why a service is not well",
    load: async () => (await import("./diagnose")).diagnose,
  },
  destroy: {
    summary: "destroy an environment with its databases",
    load: async () => (await import("./destroy")).destroy,
  },
  "destroy-expired": {
    summary: "destroy every preview whose lifetime has ended",
    load: async () => (await import("./destroy-expired")).destroyExpired,
  },
  restore: {
    summary: "restore an environment's database from a snapshot or to a time",
    load: async () => (await import("./restore")).restore,
  },
  envs: {
    summary: "list the deployed environments",
    load: async () => (await import("./envs")).envs,
  },
  "registry-login": {
    summary: "print the login to ECR, for Terraform's Docker provider",
    load: async () => (await import("./registry-login")).registryLogin,
  },
  "scan-image": {
    summary: "scan one image for vulnerabilities, for Terraform",
    load: async () => (await import("./scan-image")).scanImage,
  },
  "sign-image": {
    summary: "sign one pushed image, for Terraform",
    load: async () => (await import("./sign-image")).signImage,
  },
  "verify-image": {
    summary: "verify the signature of one image to promote, for Terraform",
    load: async () => (await import("./verify-image")).verifyImage,
  },
  suffix: {
    summary: "print the preview suffix of a branch",
    load: async () => (await import("./suffix")).suffix,
  },
  setup: {
    summary: "set up an AWS account for pipelines, once",
    load: async () => (await import("./setup")).setup,
  },
  github: {
    summary: "check that the environments on GitHub are protected",
    load: async () => (await import("./github")).github,
  },
  hcp: {
    summary: "set up HCP Terraform for an environment, once",
    load: async () => (await import("./hcp")).hcp,
  },
  "switch-to-cdktn": {
    summary: "move the project from cdktf to its successor cdktn",
    load: async () => (await import("./switch-to-cdktn")).switchToCdktn,
  },
};

/** The program with all commands; only those named in the arguments are loaded. */
async function platform(args: readonly string[]): Promise<Command> {
  const program = new Command("platform")
    .description("Builds, probes, pushes and deploys containerised services on ECS Fargate.")
    .usage("<command> [environment] [options]")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .showHelpAfterError("See: npx platform --help")
    .exitOverride();
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const command = program.command(name).summary(summary).description(sentence(summary));
    if (args.includes(name)) (await load())(command);
  }
  return program.addHelpText(
    "after",
    "\nExit codes: 0 done, 1 failed or refused, 130 interrupted; see each command's help for others.",
  );
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

/** On a `CommanderError`, Commander has already printed its message or the help. */
async function main(args: readonly string[]): Promise<void> {
  const program = await platform(args);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw inWords(error);
    process.exitCode = error.exitCode;
  }
}

run(() => main(process.argv.slice(2)));
