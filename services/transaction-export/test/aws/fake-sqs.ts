import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { QueueModel } from "./queue-model.js";

interface Entry {
  readonly Id: string;
  readonly ReceiptHandle: string;
  readonly MessageBody: string;
  readonly VisibilityTimeout: number;
}

interface Input {
  readonly QueueUrl: string;
  readonly Entries: readonly Entry[];
  readonly MaxNumberOfMessages: number;
  readonly WaitTimeSeconds: number;
  readonly VisibilityTimeout: number;
}

/** SQS for the clients of the AWS SDK, with the limits of a batch. Its actions may be made to fail. */
export class FakeSqs {
  readonly requests: { readonly action: string; readonly input: Input }[] = [];
  /** Awaited before an action has its effect; the status that comes back is answered instead. */
  refuse: (action: string) => number | undefined | Promise<number | undefined> = () => undefined;
  /** An entry of a batch that is not taken. */
  refuseEntry: (entry: Entry) => boolean = () => false;
  #server: Server | undefined;
  #port = 0;

  private constructor(readonly model: QueueModel) {}

  static async start(model = new QueueModel()): Promise<FakeSqs> {
    const sqs = new FakeSqs(model);
    await sqs.resume();
    return sqs;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Where an SDK sends to, whatever its endpoint is. */
  get queueUrl(): string {
    return `${this.endpoint}/000000000000/exports`;
  }

  count(action: string): number {
    return this.requests.filter((request) => request.action === action).length;
  }

  async stop(): Promise<void> {
    if (!this.#server?.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Listens again, at the same port. */
  async resume(): Promise<void> {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    }).listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    // A server at a port has such an address.
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const input = JSON.parse(Buffer.concat(parts).toString()) as Input;
    const action = String(request.headers["x-amz-target"]).replace("AmazonSQS.", "");
    this.requests.push({ action, input });
    const refused = await this.refuse(action);
    if (refused !== undefined) {
      answer(response, refused, { __type: "com.amazonaws.sqs#Refused", message: "refused" });
      return;
    }
    try {
      assert.equal(input.QueueUrl, this.queueUrl);
      const result =
        action === "ReceiveMessage"
          ? await this.#receive(input, response)
          : this.#batch(action, input);
      answer(response, 200, result);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      answer(response, 400, { __type: "com.amazonaws.sqs#InvalidRequest", message });
    }
  }

  async #receive(input: Input, response: ServerResponse): Promise<unknown> {
    assert.ok(input.MaxNumberOfMessages <= 10 && input.WaitTimeSeconds <= 20);
    const deadline = Date.now() + input.WaitTimeSeconds * 1000;
    for (;;) {
      if (response.destroyed) return {};
      const messages = this.model.receive(input.MaxNumberOfMessages, input.VisibilityTimeout);
      if (messages.length > 0 || Date.now() >= deadline) {
        return {
          Messages: messages.map(({ id, receipt, body, attempt }) => ({
            ...{ MessageId: id, ReceiptHandle: receipt, Body: body, MD5OfBody: md5(body) },
            Attributes: { ApproximateReceiveCount: String(attempt) },
          })),
        };
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  #batch(action: string, { Entries }: Input): unknown {
    assert.ok(Entries.length >= 1 && Entries.length <= 10, "from 1 to 10 entries");
    assert.equal(new Set(Entries.map(({ Id }) => Id)).size, Entries.length, "distinct ids");
    const outcomes = Entries.map((entry) => {
      assert.match(entry.Id, /^[A-Za-z0-9_-]{1,80}$/);
      return { entry, taken: !this.refuseEntry(entry) && this.#effect(action, entry) };
    });
    return {
      Successful: outcomes.flatMap(({ entry, taken }) =>
        taken
          ? { Id: entry.Id, MessageId: entry.Id, MD5OfMessageBody: md5(entry.MessageBody) }
          : [],
      ),
      Failed: outcomes.flatMap(({ entry, taken }) =>
        taken ? [] : { Id: entry.Id, Code: "ReceiptHandleIsInvalid", SenderFault: true },
      ),
    };
  }

  #effect(action: string, entry: Entry): boolean {
    switch (action) {
      case "SendMessageBatch":
        return this.model.send(entry.MessageBody) !== "";
      case "DeleteMessageBatch":
        return this.model.delete(entry.ReceiptHandle);
      case "ChangeMessageVisibilityBatch":
        return this.model.hold(entry.ReceiptHandle, entry.VisibilityTimeout);
      default:
        throw new Error(`there is no action ${action}`);
    }
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify(body));
}

function md5(text: string | undefined): string | undefined {
  return text === undefined ? undefined : createHash("md5").update(text).digest("hex");
}
