/**
 * Exits 0 if a GET of the URL (the last argument) answers 200 within 2 s, and 1 otherwise.
 *
 * Runs every few seconds in each container, on a fraction of a CPU: hence a socket, and no HTTP
 * library, which takes longer to load than to use.
 */
import { connect } from "node:net";

const LIMIT_MS = 2000;
const FALLBACK = `http://127.0.0.1:${process.env["PORT"] || "8081"}/health`;

const [, given] = process.argv.slice(1);
const url = /^http:\/\/([^/:]+)(?::(\d{1,5}))?(\/\S*)?$/.exec(given ?? FALLBACK);
if (!url) process.exit(1);
const [, host = "", port = "80", path = "/"] = url;

// Not the socket's own time-out: that begins anew with each byte.
setTimeout(() => process.exit(1), LIMIT_MS);

let answer = "";
try {
  const socket = connect(Number(port), host);
  socket.setEncoding("latin1");
  socket.on("connect", () => {
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: close\r\n\r\n`);
  });
  socket.on("data", (bytes) => {
    answer += String(bytes);
    // "HTTP/1.1 200 ": all that counts is the status.
    if (answer.length >= 13) process.exit(/^HTTP\/1\.[01] 200\s/.test(answer) ? 0 : 1);
  });
  socket.on("error", () => process.exit(1));
  socket.on("end", () => process.exit(1));
} catch {
  // A port above 65535 throws at once.
  process.exit(1);
}
