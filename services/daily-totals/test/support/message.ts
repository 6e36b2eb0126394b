import { randomUUID } from "node:crypto";
import type { ExportMessage } from "../../src/export-message.js";

export function message(overrides: Partial<ExportMessage> = {}): ExportMessage {
  return {
    schemaVersion: 1,
    id: randomUUID(),
    accountId: "6f0c3a52-0d5e-4b8e-9d0a-0a3f7e1c2b4d",
    amount: "4200",
    currency: "EUR",
    merchantCategory: "5411",
    country: "DE",
    status: "approved",
    decidedAt: "2026-11-29T23:59:59.999Z",
    ...overrides,
  };
}
