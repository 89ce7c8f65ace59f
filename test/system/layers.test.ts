import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { layerOverrides } from "../architecture/layers.js";

const root = join(import.meta.dirname, "../..");
const planted: string[] = [];

afterEach(() => {
  for (const folder of planted.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Puts a file into a new folder of a room and lints it. */
function lint(room: string, code: string): { readonly status: number; readonly output: string } {
  const folder = mkdtempSync(join(root, "src", room, "planted-"));
  planted.push(folder);
  const file = join(folder, "violation.ts");
  writeFileSync(file, code);
  const result = spawnSync("npx", ["biome", "lint", file], { cwd: root, encoding: "utf8" });
  return { status: result.status ?? 1, output: result.stdout + result.stderr };
}

test("biome.json holds the rules of layers.ts", () => {
  const config = JSON.parse(readFileSync(join(root, "biome.json"), "utf8")) as { readonly overrides: unknown };
  expect(config.overrides).toEqual(layerOverrides());
});

test.each([
  ["delta", `export { createEngine } from "../../duckdb/duckdb-engine.js";\n`],
  ["commands", `export type { Query } from "../../sql/ast.js";\n`],
  ["jobs", `export type { SparkSession } from "../../session/contract.js";\n`],
  ["quality", `export type { WriteHook } from "../../commands/contract.js";\n`],
  ["session", `export { DuckDBInstance } from "@duckdb/node-api";\n`],
  ["errors", `export type { DataType } from "../../schema/data-type.js";\n`],
])("a planted violation in src/%s is caught", (room, code) => {
  const { status, output } = lint(room, code);
  expect(output).toContain("noRestrictedImports");
  expect(status).not.toBe(0);
});

test("an import downwards passes", () => {
  expect(lint("delta", `export type { DataType } from "../../schema/data-type.js";\n`).status).toBe(0);
});

test("a planted import cycle is caught", () => {
  const folder = mkdtempSync(join(root, "src", "errors", "planted-"));
  planted.push(folder);
  writeFileSync(join(folder, "one.ts"), `import type { Two } from "./two.js";\nexport type One = Two | 1;\n`);
  writeFileSync(join(folder, "two.ts"), `import type { One } from "./one.js";\nexport type Two = One | 2;\n`);
  expect(() => execFileSync("npx", ["biome", "lint", folder], { cwd: root, stdio: "pipe" })).toThrow(/noImportCycles/);
});
