/** A change that cannot be deployed, and the words that its message must contain. */
export interface FaultyChange {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly says: readonly (string | RegExp)[];
}

interface Edit {
  readonly file: string;
  readonly from: string | RegExp;
  readonly to: string;
}

const DOCKERFILE = "services/flask-api/Dockerfile";
const GUNICORN = "services/flask-api/gunicorn.conf.py";
const CATALOGUE = "services/index.ts";
const CONTAINERS = "stacks/platform/container-definitions.ts";

/** A Python statement before the first line of the service. */
const atStart = (statement: string): Edit => ({
  file: GUNICORN,
  from: /^/,
  to: `import os, socket, sys, time\n${statement}\n`,
});

/** Only in an ECS task: the probe gives a service no database. */
const inCluster = (statement: string) =>
  atStart(`if os.environ.get("DATABASE_HOST"): ${statement}`);

export const FAULTY_CHANGES: readonly FaultyChange[] = [
  {
    name: "an image that does not build",
    edits: [
      { file: DOCKERFILE, from: /^(COPY|RUN) /m, to: "RUN echo no such wheel >&2; exit 3\n$1 " },
    ],
    says: ["flask-api does not build", "no such wheel", "the platform is untouched"],
  },
  {
    name: "an image that builds and does not start",
    edits: [atStart('sys.exit("no configuration")')],
    says: [/flask-api-probe\S* exited with \d/, "no configuration", "flask-api was not pushed"],
  },
  {
    name: "a wrong health path",
    edits: [{ file: CATALOGUE, from: 'health: "/health"', to: 'health: "/nowhere"' }],
    says: ["runs, but is not healthy: GET /nowhere answers 404", "flask-api was not pushed"],
  },
  {
    name: "a crash in the cluster alone: a variable is missing",
    edits: [inCluster('sys.exit("TOKEN is not set")')],
    says: ["flask-api exited with 1", "TOKEN is not set", "flask-api was rolled back"],
  },
  {
    name: "a crash in the cluster alone: the database refuses",
    edits: [inCluster('socket.create_connection((os.environ["DATABASE_HOST"], 1), 2)')],
    says: ["flask-api exited with 1", /refused|timed out/],
  },
  {
    name: "a start that takes longer than the grace period",
    edits: [inCluster('print("still warming up", flush=True); time.sleep(600)')],
    says: [
      "flask-api exited with 143",
      "still warming up",
      "its health: nothing listens on port 5000",
    ],
  },
  {
    name: "more memory than the task has",
    edits: [inCluster("hoard = bytearray(700 * 2**20)")],
    says: ["flask-api exited with 137", "size.memory"],
  },
  {
    name: "a migration that fails",
    edits: [
      {
        file: "services/transaction-processor/migrations/9999_broken.sql",
        from: /^/,
        to: "SELECT 1 / 0;\n",
      },
    ],
    says: ["migrate exited with 1", "9999_broken.sql failed and was taken back: division by zero"],
  },
  {
    name: "a secret that does not exist",
    edits: [
      {
        file: CONTAINERS,
        from: 'secretKey(secretArn, "username",',
        to: 'secretKey(`${secretArn}-gone`, "username",',
      },
    ],
    says: [
      "flask-api did not run",
      "Secrets Manager can't find the specified secret",
      "deploy `platform` again",
    ],
  },
  {
    name: "private subnets without a route",
    edits: [
      {
        file: "stacks/platform/network.ts",
        from: /destinationCidrBlock: "0\.0\.0\.0\/0",(\s+natGatewayId)/,
        to: 'destinationCidrBlock: "198.51.100.0/24",$1',
      },
      atStart("pass"),
    ],
    says: [
      "flask-api did not run",
      "connection issue between the task and AWS Secrets Manager",
      "default route through a NAT gateway",
    ],
  },
];
