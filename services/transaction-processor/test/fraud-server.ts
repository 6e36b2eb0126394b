import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { freePort } from "./net.js";

interface Question {
  readonly transaction: {
    readonly id: string;
    readonly accountId: string;
    readonly amount: number;
    readonly occurredAt: string;
  };
  readonly history: readonly Record<string, unknown>[];
}

type Behaviour = (question: Question, response: ServerResponse) => void;

/** Stands in for fraud-detection: declines from 1000 up, reviews from 100 up. */
export class FraudServer {
  readonly questions: Question[] = [];
  /** The `Authorization` of each question. */
  readonly authorizations: (string | undefined)[] = [];
  behaviour: Behaviour = decide;
  #server: Server | undefined;

  private constructor(readonly port: number) {}

  static async start(host = "127.0.0.1", port?: number): Promise<FraudServer> {
    const fraud = new FraudServer(port ?? (await freePort()));
    await fraud.resume(host);
    return fraud;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** How often each transaction was asked about. */
  timesAsked(id: string): number {
    return this.questions.filter(({ transaction }) => transaction.id === id).length;
  }

  async stop(): Promise<void> {
    if (!this.#server?.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Listens again, at the same port. */
  async resume(host = "127.0.0.1"): Promise<void> {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const question = JSON.parse(Buffer.concat(parts).toString()) as Question;
        this.questions.push(question);
        this.authorizations.push(request.headers.authorization);
        this.behaviour(question, response);
      });
    }).listen(this.port, host);
    await once(this.#server, "listening");
  }
}

export function decide({ transaction }: Question, response: ServerResponse): void {
  const { amount } = transaction;
  const decision = amount >= 1000 ? "decline" : amount >= 100 ? "review" : "approve";
  const score = Math.min(100, Math.floor(amount / 10));
  const reasons = [{ rule: "amount", points: score, detail: `an amount of ${amount}` }];
  answer(response, 200, { score, decision, reasons, rulesVersion: "test" });
}

/** Judges by the decisions before: six are approved, the next six reviewed, the rest declined. */
export function decideByHistory({ history }: Question, response: ServerResponse): void {
  const decision = nextDecision(history.map((each) => String(each["decision"])));
  answer(response, 200, { score: history.length, decision, reasons: [], rulesVersion: "test" });
}

/** What `decideByHistory` makes of so many transactions of an account, one after the other. */
export function inOrder(count: number): string[] {
  const decisions: string[] = [];
  while (decisions.length < count) {
    const approved = decisions.slice(0, -80).filter((decision) => decision === "approve");
    decisions.push(nextDecision([...approved.slice(-20), ...decisions.slice(-80)]));
  }
  return decisions.map((decision) => STATUSES[decision] ?? decision);
}

const STATUSES: Readonly<Record<string, string>> = { approve: "approved", decline: "declined" };

function nextDecision(history: readonly string[]): string {
  const seen = (decision: string) => history.filter((each) => each === decision).length;
  if (seen("approve") < 6) return "approve";
  return seen("review") < 6 ? "review" : "decline";
}

export function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
