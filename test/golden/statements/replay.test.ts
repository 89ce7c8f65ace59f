/** Sequences of statements as real Spark answered them (test/golden/statements/*.json), run in a session of lakelet. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { typeText } from "../../../src/schema/type-text.js";
import type { ExecutionResult } from "../../../src/session/contract.js";
import { StatementError } from "../../../src/session/local/statement-executor.js";
import { createLocalSession, type LocalSession } from "../../../src/session/local-session.js";
import { type Answer, encode, type Recorded, sameAnswer } from "../replay.js";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
/** Family -> statement -> why lakelet does otherwise. */
const DIFFERENCES: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  readFileSync(join(FOLDER, "differences.json"), "utf8"),
);
const FAMILIES = readdirSync(FOLDER).filter((name) => name.endsWith(".json") && name !== "differences.json");
const TIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4}$/;

describe("sequences of statements as Spark 4 answers them", () => {
  for (const file of FAMILIES) {
    const family = basename(file, ".json");
    const recorded: readonly Recorded[] = JSON.parse(readFileSync(join(FOLDER, file), "utf8"));
    it(`${family}: ${recorded.length} statements`, async () => {
      const warehouse = mkdtempSync(join(tmpdir(), "lakelet-statements-"));
      const session = await createLocalSession({ warehouse, timeZone: "UTC", threads: 2 });
      try {
        await session.execute(`CREATE SCHEMA golden_${family}; USE golden_${family}`);
        expect(await problems(session, recorded, DIFFERENCES[family] ?? {})).toBe("");
      } finally {
        await session.stop();
        rmSync(warehouse, { recursive: true, force: true });
      }
    });
  }
});

async function problems(
  session: LocalSession,
  recorded: readonly Recorded[],
  known: Readonly<Record<string, string>>,
): Promise<string> {
  const found: string[] = [];
  const differing = new Set<string>();
  for (const one of recorded) {
    const problem = sameAnswer(one, await answerOf(session, one.sql));
    if (problem === undefined) continue;
    differing.add(one.sql);
    if (!Object.hasOwn(known, one.sql)) found.push(`${one.sql}\n${problem}`);
  }
  const stale = Object.keys(known).filter((sql) => !differing.has(sql));
  return [...found, ...stale.map((sql) => `${sql}\n    does not differ any more`)].join("\n");
}

async function answerOf(session: LocalSession, sql: string): Promise<Answer> {
  try {
    const { schema, rows }: ExecutionResult = await session.execute(sql);
    return {
      schema: schema.fields.map((one) => ({ name: one.name, type: typeText(one.dataType) })),
      rows: rows.map((row) =>
        masked(row.map((value, i) => encode(value, schema.fields[i]?.dataType ?? { kind: "void" }))),
      ),
    };
  } catch (error) {
    return { error: error instanceof StatementError ? error.cause : error };
  }
}

function masked(row: readonly unknown[]): unknown[] {
  if (row[0] === "Owner") return ["Owner", "<user>"];
  return row.map((one) => {
    if (typeof one !== "string") return one;
    if (one.startsWith("file:/")) return "<path>";
    if (TIME.test(one)) return "<time>";
    return one.replace(/\bmain\b/g, "spark_catalog");
  });
}
