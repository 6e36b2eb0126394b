import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

/** The SDK's errors where something answers that is not AWS: of a service that speaks XML, and of one that speaks JSON. */
export async function answersOf(status: number, body: string): Promise<unknown[]> {
  const server = createServer((_, answer) => {
    answer.writeHead(status, { "Content-Type": "text/html" });
    answer.end(body);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  // A server that listens on TCP has such an address.
  const { port } = server.address() as AddressInfo;
  const settings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  const asked = await Promise.allSettled([
    new STSClient(settings).send(new GetCallerIdentityCommand({})),
    new ECSClient(settings).send(new ListTasksCommand({})),
  ]);
  server.closeAllConnections();
  server.close();
  return asked.map((each) => (each.status === "rejected" ? (each.reason as unknown) : undefined));
}
