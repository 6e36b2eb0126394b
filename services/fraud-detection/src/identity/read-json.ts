/** Some hundred keys; an issuer has two or three. */
const LIMIT_BYTES = 128 * 1024;

/** Reads a JSON object, and no more of it than an issuer has to say. Follows no redirection. */
export async function readJson(url: string, signal: AbortSignal): Promise<Record<string, unknown>> {
  const headers = { accept: "application/json" };
  const response = await fetch(url, { headers, signal, redirect: "manual" });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${url} answers ${response.status}`);
  }
  const value: unknown = JSON.parse(await read(response));
  if (typeof value !== "object" || value === null) throw new Error(`${url} is no JSON object`);
  // Any object is a record of its properties.
  return { ...value };
}

async function read({ url, body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // A body's parts are bytes; Node.js' types leave that open.
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > LIMIT_BYTES) throw new Error(`${url} is larger than ${LIMIT_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
