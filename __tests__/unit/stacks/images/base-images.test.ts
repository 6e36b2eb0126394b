import { expect, test } from "vitest";
import { baseImages, namedBases, withoutDigest } from "../../../../stacks/images/base-images";

const DIGEST = `sha256:${"9".repeat(64)}`;
const references = (dockerfile: string) => baseImages(dockerfile).map(({ reference }) => reference);

test("a file's own stages and scratch are not base images", () => {
  expect(references("FROM node:22 AS build\nFROM build AS test\nFROM scratch\n")).toEqual([
    "node:22",
  ]);
  expect(references("FROM node AS build\nFROM node AS node\nFROM ${UNKNOWN}\n")).toEqual([
    "node",
    "node",
  ]);
});

test("an argument in FROM stands for its default", () => {
  const text = `ARG NODE=node:22@${DIGEST}\nARG TAG\nFROM \${NODE} AS a\nFROM $NODE\nFROM \${TAG}\n`;
  expect(baseImages(text)).toEqual([
    { reference: `node:22@${DIGEST}`, argument: "NODE" },
    { reference: `node:22@${DIGEST}`, argument: "NODE" },
  ]);
});

test("an argument in a part of a name stands for its value, given or by default", () => {
  const text =
    "ARG NODE_VERSION=22.1\nARG OS\nFROM node:${NODE_VERSION}-${OS:-alpine} AS base\nFROM node:${UNKNOWN}\n";
  expect(references(text)).toEqual(["node:22.1-alpine"]);
  expect(baseImages(text, { NODE_VERSION: "24" })[0]?.reference).toBe("node:24-alpine");
});

test.each([
  ["ARG OS=\nFROM node:22${OS:+-}${OS}", "node:22"],
  ["ARG OS=alpine\nFROM node:22${OS:+-}${OS}", "node:22-alpine"],
  ["ARG OS=\nFROM node:${OS:-alpine}", "node:alpine"],
  ["ARG A=no B=de C='${A}${B}'\nARG C=${A}${B}\nFROM ${C}:22", "node:22"],
  ['ARG TAG=22\nFROM "node:${TAG}" AS a', "node:22"],
  ["ARG A=x\nFROM node:${A:-${B}}-slim\nFROM node:22", "node:22"],
  ["ARG TAG=22\nARG NODE=node:${TAG}\nFROM $NODE", "node:22"],
])("the variables of a name have the values that the builder gives them: %j", (text, expected) => {
  expect(references(text)).toEqual([expected]);
});

test("a line of a heredoc or of a continued instruction is no stage", () => {
  const text =
    "FROM postgres:17\nCOPY <<-'SQL' /setup.sql\n\tSELECT *\nFROM accounts\n\tSQL\nRUN a \\\n # b \\\n FROM c\n";
  expect(references(text)).toEqual(["postgres:17"]);
});

test("an argument of a stage is none of FROM's", () => {
  expect(references("FROM node:22\nARG BASE=python:3.13\nFROM ${BASE}\n")).toEqual(["node:22"]);
});

test("a local build takes a pinned image by its name, and leaves every other to the Dockerfile", () => {
  const text = `ARG NODE=node:22@${DIGEST}\nARG GO=golang:1.25\nARG PY=3@${DIGEST}\nFROM \${NODE}\nFROM \${GO}\nFROM python@${DIGEST}\nFROM python:\${PY}\n`;
  expect(namedBases(text)).toEqual({ NODE: "node:22" });
});

test("a local build takes the base that the service gives by its name, too", () => {
  const text = `ARG NODE\nFROM \${NODE}\n`;
  expect(namedBases(text, { NODE: `node:22@${DIGEST}` })).toEqual({ NODE: "node:22" });
});

test("a registry's port is no tag", () => {
  expect(withoutDigest(`registry:5000/node@${DIGEST}`)).toBe("registry:5000/node");
});
