/** The rows that expectations are evaluated on, what they are told of the lake beside them, and what a rule finds. */
import type { Engine } from "../engine/engine.js";
import type { ExpressionCompiler } from "../engine/expression-compiler.js";
import type { StructType } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import type { Expectation } from "./expectation.js";
import { columnIn, type RuleColumn } from "./rule-column.js";
import type { ReferencedRows } from "./violation.js";

/** Rows held back for one reason, which is known: the first expectation that they violate. */
export interface HeldBackPart {
  readonly verdict: string;
  /** Engine SQL fit to stand behind FROM, with the columns of the schema. */
  readonly sql: string;
  readonly rows: bigint;
}

/** The rows to look at, as engine SQL fit to stand behind FROM with the schema's columns. */
export interface EvaluatedRows {
  readonly schema: StructType;
  readonly published: string;
  readonly heldBack: readonly HeldBackPart[];
  /**
   * Expectations that parted the rows, in the order of the verdict: none of the published rows violates them, and none of those held back
   * for one that comes after them. Undefined where no rows were parted.
   */
  readonly parted: readonly Expectation[];
  /** False where the rows were judged under other names than those of the schema. */
  readonly isAsJudged: boolean;
  /** Which of the table's rows stay beside these. */
  readonly tableKeeps: "all" | "some" | "none";
  /** Nulls among the published rows by column, where that is known without looking. */
  readonly nulls: ReadonlyMap<string, bigint>;
}

/** What rules about more than the rows themselves are told of the lake. */
export interface RuleSurroundings {
  /** Engine SQL of Spark SQL; `{rows}` in it are the rows under audit. */
  query(text: string, rows: ReferencedRows): Promise<ReferencedRows>;
  /** The rows of the table as it was before; undefined where it was not, or had none. */
  before(): Promise<ReferencedRows | undefined>;
  /** The columns of Spark DDL. */
  parseSchema(ddl: string): StructType;
  /** Values of the check in earlier runs, newest first. */
  history(check: string, runs: number): Promise<readonly number[]>;
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Evaluation {
  readonly expectations: readonly Expectation[];
  readonly rows: EvaluatedRows;
  readonly engine: Engine;
  readonly compiler: ExpressionCompiler;
  readonly referenced: ReadonlyMap<string, ReferencedRows>;
  readonly surroundings: RuleSurroundings;
}

export const ROWS = "rows";

/** What a rule found. `violations` is 0 where it is kept. */
export interface Finding {
  readonly value: number;
  readonly violations: bigint;
  readonly threshold?: number | undefined;
  readonly detail?: string;
}

/** A column of the rows under audit. Throws UNRESOLVED_COLUMN.WITH_SUGGESTION. */
export function columnOf(name: string, { rows, compiler }: Evaluation): RuleColumn {
  return columnIn(name, { schema: rows.schema, alias: ROWS, compiler });
}

export function published({ rows }: Evaluation): string {
  return `${rows.published} AS ${engineName(ROWS)}`;
}

export function rowsOf({ rows }: Evaluation): { readonly sql: string; readonly schema: StructType } {
  return { sql: rows.published, schema: rows.schema };
}

export async function run({ engine }: Evaluation, sql: string): Promise<readonly (readonly unknown[])[]> {
  return (await engine.run(sql)).rows;
}

export function round(value: number): string {
  return String(Number(value.toPrecision(6)));
}
