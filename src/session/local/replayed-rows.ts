/** Rows in quarantine as the rows of the table that they would be: mended, in the table's types, and judged. */
import { generatedColumns, generatedValue } from "../../commands/rules/generated-columns.js";
import { identityOf } from "../../commands/rules/identity-columns.js";
import type { Snapshot } from "../../delta/contract.js";
import type { EngineQuery } from "../../engine/engine.js";
import type { ExpressionCompiler } from "../../engine/expression-compiler.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { Expectation } from "../../quality/expectation.js";
import { isRowRule } from "../../quality/rules.js";
import { type ReferencedRows, violationSql } from "../../quality/violation.js";
import { findField, type StructField, type StructType, struct } from "../../schema/data-type.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import { quoteName } from "../../schema/type-text.js";
import type { ReplayOptions } from "../quarantine-contract.js";
import { nameInQuarantine } from "./quarantine-rows.js";

export interface JudgedQuarantine {
  /** Engine SQL fit to stand behind FROM: the quarantine's rows. */
  readonly relation: string;
  readonly quarantine: StructType;
  readonly table: Snapshot;
  readonly compiler: ExpressionCompiler;
  readonly expectations: readonly Expectation[];
  readonly referenced: ReadonlyMap<string, ReferencedRows>;
  readonly options: ReplayOptions;
}

const ALIAS = "held";

/** The rows of the table that the chosen rows give. @param condition engine SQL over the alias "held" */
export function mendedRows(judged: JudgedQuarantine, condition: string): EngineQuery {
  const { table, relation } = judged;
  const values = mendedValues(judged);
  // The table gives them when the rows come to it.
  const fields = table.schema.fields.filter(
    (one) => isSet(judged, one) || identityOf(one)?.allowExplicitInsert !== false,
  );
  const columns = fields.map(({ name }) => `${values[name]} AS ${engineName(name)}`);
  return {
    sql: `SELECT ${columns.join(", ")} FROM ${relation} AS ${engineName(ALIAS)} WHERE ${condition}`,
    schema: struct(fields),
  };
}

/** Engine SQL over the alias "held", for each rule about rows that does not only warn: TRUE where the mended row breaks it. */
export function violationsOf(judged: JudgedQuarantine): readonly { readonly name: string; readonly sql: string }[] {
  const { compiler, table, referenced, expectations } = judged;
  const scope = { compiler, schema: table.schema, alias: ALIAS, referenced, values: mendedValues(judged) };
  return expectations.flatMap(({ name, rule, onViolation }) =>
    isRowRule(rule) && onViolation !== "warn" ? [{ name, sql: violationSql(rule, scope) }] : [],
  );
}

/** Engine SQL over the alias "held": the rows to look at. */
export function chosenRows({ compiler, quarantine, options }: JudgedQuarantine, writes: readonly string[]): string {
  const known = `"held"."write_id" IN (${writes.map(engineString).join(", ")})`;
  const where = options.where === undefined ? "TRUE" : condition(options.where);
  return `("held"."quarantine_text" IS NULL AND ${known} AND ${where})`;

  function condition(text: string): string {
    const compiled = compiler.compile(text, [{ qualifier: [], schema: quarantine, engineAlias: ALIAS }]);
    if (compiled.dataType.kind === "boolean") return `(${compiled.sql} IS TRUE)`;
    throw new LakeletError({
      condition: "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN",
      sqlState: "42K09",
      problem: `Filter expression ${text} of type ${compiled.dataType.kind} is not a boolean.`,
      cure: "Write a condition over the columns of the quarantine.",
    });
  }
}

/** Engine SQL of each column of the table, by its name. */
function mendedValues({ table, quarantine, compiler, options }: JudgedQuarantine): Readonly<Record<string, string>> {
  const scope = [{ qualifier: [], schema: quarantine, engineAlias: ALIAS }];
  const set = new Map(Object.entries(options.set ?? {}).map(([name, text]) => [name.toLowerCase(), text]));
  const entries = table.schema.fields.map(({ name, dataType }) => {
    const own = findField(quarantine, nameInQuarantine(name));
    const text = set.get(name.toLowerCase()) ?? (own === undefined ? "NULL" : quoteName(own.name));
    set.delete(name.toLowerCase());
    return [name, compiler.storeAssignment(compiler.compile(text, scope), dataType, name)] as const;
  });
  const [unknown] = set.keys();
  if (unknown !== undefined) throw unknownColumn(unknown, table.schema);
  const values = new Map(entries);
  // They follow from the columns that a fix may have changed.
  for (const one of generatedColumns(table.schema)) {
    if (isSet({ options }, one)) continue;
    const baseOf = ({ name }: StructField) => values.get(name) ?? "NULL";
    values.set(one.name, generatedValue(compiler, one, table.schema, baseOf));
  }
  return Object.fromEntries(values);
}

function isSet({ options }: Pick<JudgedQuarantine, "options">, { name }: StructField): boolean {
  return Object.keys(options.set ?? {}).some((one) => one.toLowerCase() === name.toLowerCase());
}

function unknownColumn(name: string, schema: StructType): LakeletError {
  return new LakeletError({
    condition: "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    sqlState: "42703",
    problem: `The fix sets the column ${name}, which the table does not have.`,
    reason: `It has: ${schema.fields.map((one) => one.name).join(", ")}.`,
    cure: "Correct the name.",
    parameters: { objectName: name },
  });
}
