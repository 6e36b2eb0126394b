import type { Target } from "../../operations/target/target";
import { FakeRds } from "./rds";
import { targetOf } from "./target";

/** The environment dev with a protected cluster, its writer and its reader. */
export function withDatabase(): { target: Target; rds: FakeRds } {
  const target = targetOf();
  const rds = new FakeRds(target.clients.rds);
  rds.add("platform-dev", "of now", "platform-writer-dev", "platform-reader-dev");
  return { target, rds };
}

/** What a restore and its end wait with, and tell nobody. */
export const waiting = ({ clients, signal }: Target) => ({
  rds: clients.rds,
  signal,
  report: () => undefined,
});
