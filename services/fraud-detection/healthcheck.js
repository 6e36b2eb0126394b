/**
 * Exits 0 if a GET of the URL (the last argument) answers 200 within 2 s, and 1 otherwise.
 *
 * Runs every few seconds in each container, on a fraction of a CPU: hence no package, and not even
 * node:http, with which it would take twice the time.
 */
import { connect } from "node:net";

const LIMIT_MS = 2_000;

const given = process.argv[2] ?? `http://127.0.0.1:${process.env.PORT || 8080}/health`;
const { hostname, host, port, pathname } = new URL(given);
const fail = () => process.exit(1);

setTimeout(fail, LIMIT_MS);

let answer = "";
connect(Number(port || 80), hostname)
  .on("error", fail)
  .on("end", fail)
  .on("data", (bytes) => {
    answer += bytes.toString("latin1");
    // "HTTP/1.1 200": all that counts is the status.
    if (answer.length >= 12) process.exit(/^HTTP\/1\.\d 200/.test(answer) ? 0 : 1);
  })
  .write(`GET ${pathname} HTTP/1.0\r\nHost: ${host}\r\n\r\n`);
