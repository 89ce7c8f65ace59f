/** Checks the rows themselves: against the statistics of their file, and against the table's constraints. */
import type { AddFile } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import { parseLossless } from "../../delta/lossless-json.js";
import { statisticsColumns } from "../../delta/statistics.js";
import { physicalName } from "../../schema/column-mapping.js";
import { type DataType, findField, type StructField, type StructType } from "../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../schema/engine-type.js";
import type { CommandContext } from "../contract.js";
import { scanFiles } from "../data-file.js";
import { checkConstraints, compileConstraint } from "../rules/row-checks.js";
import type { Finding } from "./finding.js";

const ROWS = "row";

interface Leaf {
  readonly name: string;
  readonly sql: string;
  readonly type: DataType;
  readonly physical: readonly string[];
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Holds each row of the files against their minima, maxima and counts of NULL. */
export async function statisticsFindings(
  context: CommandContext,
  snapshot: Snapshot,
  files: readonly AddFile[],
): Promise<readonly Finding[]> {
  const { schema, partitionColumns, properties } = snapshot;
  const leaves = statisticsColumns(schema, partitionColumns, properties).map((path) => leafOf(schema, path));
  const findings: Finding[] = [];
  for (const file of files) {
    const statistics = statisticsOf(file);
    const checks = leaves.flatMap((leaf) => checksOf(leaf, statistics, file.deletionVector !== undefined));
    if (checks.length === 0) continue;
    const relation = await scanFiles(context, snapshot, [file]);
    const { rows } = await context.engine.run(
      `SELECT ${checks.map(({ sql }) => sql).join(", ")} FROM ${relation} AS ${engineName(ROWS)}`,
    );
    checks.forEach(({ detail, expected }, i) => {
      const count = Number(rows[0]?.[i] ?? 0);
      if (count === expected) return;
      const found = `${detail} (${expected === 0 ? `${count} rows` : `${count} of ${expected} expected`}).`;
      findings.push({ severity: "error", finding: "STATISTICS_VIOLATED", path: file.path, detail: found });
    });
  }
  return findings;
}

function leafOf(schema: StructType, path: readonly string[]): Leaf {
  let type: DataType = schema;
  const physical = path.map((name) => {
    const found: StructField | undefined = type.kind === "struct" ? findField(type, name) : undefined;
    if (found !== undefined) type = found.dataType;
    return found === undefined ? name : physicalName(found);
  });
  return { name: path.join("."), sql: [ROWS, ...path].map(engineName).join("."), type, physical };
}

function statisticsOf({ stats }: AddFile): JsonObject {
  const parsed: unknown = stats === undefined ? {} : parseLossless(stats);
  return isObject(parsed) ? parsed : {};
}

interface RowCheck {
  /** Gives a number of rows. */
  readonly sql: string;
  readonly expected: number;
  readonly detail: string;
}

function checksOf({ name, sql, type, physical }: Leaf, statistics: JsonObject, marked: boolean): readonly RowCheck[] {
  const min = bound(valueAt(statistics.minValues, physical));
  const max = bound(valueAt(statistics.maxValues, physical));
  const nulls = valueAt(statistics.nullCount, physical);
  const checks: RowCheck[] = [];
  const count = (condition: string): string => `count(*) FILTER (WHERE ${condition})`;
  const literal = (text: string): string => `CAST(${engineString(text)} AS ${engineType(type)})`;
  // NaN is above all, and no bound speaks of it.
  const isFloat = type.kind === "float" || type.kind === "double";
  const real = isFloat ? ` AND NOT isnan(${sql})` : "";
  if (min !== undefined) {
    checks.push({
      sql: count(`${sql} < ${literal(min)}${real}`),
      expected: 0,
      detail: `${name} has values below its minimum ${min}`,
    });
  }
  if (max !== undefined) {
    // Writers cut times off at milliseconds.
    const reach = /^timestamp/.test(type.kind) ? `${literal(max)} + INTERVAL 999 MICROSECOND` : literal(max);
    checks.push({
      sql: count(`${sql} > ${reach}${real}`),
      expected: 0,
      detail: `${name} has values above its maximum ${max}`,
    });
  }
  if (typeof nulls === "number" && !marked && statistics.tightBounds !== false) {
    checks.push({ sql: count(`${sql} IS NULL`), expected: nulls, detail: `${name} has another number of NULLs` });
  }
  return checks;
}

function bound(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function valueAt(values: unknown, path: readonly string[]): unknown {
  let value = values;
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Rows that break NOT NULL or a CHECK constraint; NULL breaks a CHECK, too. */
export async function constraintFindings(
  context: CommandContext,
  snapshot: Snapshot,
  files: readonly AddFile[],
): Promise<readonly Finding[]> {
  if (files.length === 0) return [];
  const { schema, properties } = snapshot;
  const required = schema.fields
    .filter((one) => !one.nullable)
    .map(({ name }) => ({ what: `NOT NULL of ${name}`, broken: `${engineName(ROWS)}.${engineName(name)} IS NULL` }));
  const checked = checkConstraints(properties).map((one) => {
    const { sql } = compileConstraint(context.compiler, schema, one, ROWS);
    return { what: `CHECK ${one.name} (${one.expression})`, broken: `(${sql}) IS NOT TRUE` };
  });
  const all = [...required, ...checked];
  if (all.length === 0) return [];
  const relation = await scanFiles(context, snapshot, files);
  const counts = all.map(({ broken }) => `count(*) FILTER (WHERE ${broken})`).join(", ");
  const { rows } = await context.engine.run(`SELECT ${counts} FROM ${relation} AS ${engineName(ROWS)}`);
  return all.flatMap(({ what }, i): Finding[] => {
    const count = Number(rows[0]?.[i] ?? 0);
    if (count === 0) return [];
    return [{ severity: "error", finding: "CONSTRAINT_VIOLATED", detail: `${count} rows break ${what}.` }];
  });
}
