import { expect, test } from "vitest";
import { moves } from "../../../../operations/deployment/moves";
import { planText } from "../../../../operations/plan/plan-text";
import type { Services } from "../../../../spec/service/spec";
import { fixture } from "../../../support/services";

const { orders, web } = fixture;
const deployed = { databases: { orders: "orders" }, paths: { "/": "web" } };
const after = (services: Services) => moves(deployed, services);

test("without moves nothing is reported", () => {
  expect(after({ orders, web })).toEqual([]);
  expect(moves({}, { orders, web })).toEqual([]);
});

test("an added service with a database leaves no data behind", () => {
  expect(after({ orders, web, sales: orders })).toEqual([]);
});

test("a rename leaves the data behind, and the plan says how to keep it", () => {
  const said = after({ sales: orders, web });
  expect(said).toEqual([
    'The database orders stays on Aurora with its data, but no service uses it: orders is removed. To give it to a service, set database: { name: "orders" } there.',
    "sales starts with the database sales, which is empty unless Aurora already has one of that name.",
  ]);
  const plan = { changed: true, services: [], stacks: [], moves: said };
  expect(planText({ ...plan, platform: { summary: "", changes: [] } })).toContain(said.join("\n"));
});

test("a rename that keeps the database reports nothing", () => {
  expect(after({ sales: { ...orders, database: { name: "orders" } }, web })).toEqual([]);
});

test("a service that gives up its database is named", () => {
  const two = { databases: { orders: "orders", sales: "sales" }, paths: { "/": "web" } };
  expect(moves(two, { orders: { ...orders, database: false }, sales: orders, web })).toEqual([
    'The database orders stays on Aurora with its data, but no service uses it: orders no longer uses it. To give it to a service, set database: { name: "orders" } there.',
  ]);
});

test("a path that moves to a service without running tasks answers 503 until they are healthy", () => {
  expect(after({ orders, site: web })).toEqual([
    "/ moves from web to site, which answers 503 there until its tasks are healthy. To avoid that, see docs/renaming.md.",
  ]);
});

test("a path that moves to an already public service moves to running tasks", () => {
  const two = { databases: {}, paths: { "/": "web", "/next": "site" } };
  const swapped = { web: { ...web, path: "/next" }, site: { ...web, path: "/" } };
  expect(moves(two, swapped)).toEqual(
    ["/ moves from web to site.", "/next moves from site to web."].sort(
      (a, b) => Number(a.startsWith("/ ")) - Number(b.startsWith("/ ")),
    ),
  );
});

test("a queue and a bucket that go are said to go with what is in them", () => {
  const stores = {
    "queue-urls": { exports: ["https://queue", "https://dead-letters"] },
    "bucket-names": { uploads: "platform-uploads-1-use1-dev" },
  };
  expect(moves(stores, { web })).toEqual([
    "The queue exports is deleted with every message in it and in its dead letters: no service receives it any more.",
    "The bucket uploads (platform-uploads-1-use1-dev) is deleted with every object in it: no service stores in it any more.",
  ]);
  const other = { ...web, receives: ["exports"], stores: ["uploads"] };
  expect(moves(stores, { other })).toEqual([]);
});
