import { expect, test } from "vitest";
import { variableProblems } from "../../../../spec/service/variable-problems";
import { fixture } from "../../../support/services";

const refused = (words: object) => variableProblems({ ...fixture.orders, ...words });

test("a service whose words set different variables is accepted", () => {
  const words = { calls: ["exports"], sends: ["exports"], stores: ["exports"] };
  expect(refused({ ...words, environment: { EXPORTS: "1" } })).toEqual([]);
});

test("a queue that a service sends to and receives has one variable", () => {
  expect(refused({ sends: ["exports"], receives: ["exports"] })).toEqual([]);
});

test.each<[object, string]>([
  [
    { environment: { ORDERS_URL: "" }, calls: ["orders"] },
    'environment sets ORDERS_URL, but so does calls: ["orders"], with the URL of orders; remove one of them',
  ],
  [
    { environment: { EXPORTS_QUEUE_URL: "" }, sends: ["exports"] },
    'environment sets EXPORTS_QUEUE_URL, but so does sends: ["exports"], with the URL of the queue exports; remove one of them',
  ],
  [
    { environment: { UPLOADS_BUCKET: "" }, stores: { uploads: {} } },
    'environment sets UPLOADS_BUCKET, but so does stores: ["uploads"], with the name of the bucket uploads; remove one of them',
  ],
  [
    { calls: ["exports-queue"], receives: ["exports"] },
    'calls: ["exports-queue"] sets EXPORTS_QUEUE_URL, but so does receives: ["exports"], with the URL of the queue exports; rename one of them',
  ],
])("%j is refused, with both that set the variable", (words, problem) => {
  expect(refused(words)).toEqual([problem]);
});
