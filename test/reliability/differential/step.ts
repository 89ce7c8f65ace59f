/** The steps of a sequence: what each is, and its text in Spark SQL. The same text runs on lakelet and on Spark. */
import { type Cell, KINDS } from "./cell.js";
import { type Column, type Condition, cellOf, conditionText, type Row } from "./condition.js";

export type Side = "target" | "source";

/** A value to store in a column of the same kind. */
export type Expression =
  | { readonly is: "value"; readonly value: Cell }
  | { readonly is: "column"; readonly column: Column; readonly side: Side }
  | { readonly is: "plus"; readonly column: Column; readonly side: Side; readonly amount: number }
  | { readonly is: "concat"; readonly column: Column; readonly side: Side; readonly text: string };

export interface Assignment {
  readonly column: Column;
  readonly value: Expression;
}

export interface Clause {
  readonly when: "matched" | "not-matched" | "not-matched-by-source";
  readonly condition?: { readonly side: Side; readonly condition: Condition } | undefined;
  readonly action:
    | { readonly kind: "delete" }
    | { readonly kind: "star" }
    | { readonly kind: "set"; readonly assignments: readonly Assignment[] };
}

export type Step =
  | { readonly kind: "insert"; readonly rows: readonly Row[]; readonly columns?: readonly Column[] }
  | { readonly kind: "insert-self"; readonly condition: Condition }
  | { readonly kind: "overwrite"; readonly rows: readonly Row[]; readonly dynamic: boolean }
  | { readonly kind: "replace-where"; readonly condition: Condition; readonly rows: readonly Row[] }
  | { readonly kind: "delete"; readonly condition: Condition | undefined }
  | {
      readonly kind: "update";
      readonly assignments: readonly Assignment[];
      readonly condition: Condition | undefined;
    }
  | {
      readonly kind: "merge";
      readonly rows: readonly Row[];
      readonly keys: readonly Column[];
      /** One more term of the ON condition, of one side. */
      readonly also?: { readonly side: Side; readonly condition: Condition } | undefined;
      readonly clauses: readonly Clause[];
      /** A column that the source has and the table lacks: the merge is one WITH SCHEMA EVOLUTION. */
      readonly newColumn?: Column | undefined;
    }
  | { readonly kind: "add-column"; readonly column: Column }
  | { readonly kind: "rename-column"; readonly from: Column; readonly to: string }
  | { readonly kind: "drop-column"; readonly column: Column }
  | { readonly kind: "optimize"; readonly zOrderBy: readonly Column[] }
  | { readonly kind: "vacuum" }
  | { readonly kind: "restore"; readonly version: number };

/** The statements of a step on a table of these columns, in Spark SQL. */
export function statementsOf(step: Step, table: string, columns: readonly Column[]): readonly string[] {
  switch (step.kind) {
    case "insert": {
      const given = step.columns ?? columns;
      const list = step.columns === undefined ? "" : ` (${namesOf(given)})`;
      return [`INSERT INTO ${table}${list} ${valuesText(step.rows, given)}`];
    }
    case "insert-self":
      return [`INSERT INTO ${table} SELECT * FROM ${table} WHERE ${conditionText(step.condition)}`];
    case "overwrite":
      return [
        `SET spark.sql.sources.partitionOverwriteMode=${step.dynamic ? "dynamic" : "static"}`,
        `INSERT OVERWRITE ${table} ${valuesText(step.rows, columns)}`,
      ];
    case "replace-where": {
      const rows = valuesText(step.rows, columns);
      return [
        "SET spark.sql.sources.partitionOverwriteMode=static",
        `INSERT INTO ${table} REPLACE WHERE ${conditionText(step.condition)} ${rows}`,
      ];
    }
    case "delete":
      return [`DELETE FROM ${table}${where(step.condition)}`];
    case "update":
      return [`UPDATE ${table} SET ${assignmentsText(step.assignments, "")}${where(step.condition)}`];
    case "merge":
      return [mergeText(step, table, columns)];
    case "add-column":
      return [`ALTER TABLE ${table} ADD COLUMNS (${step.column.name} ${KINDS[step.column.kind].ddl})`];
    case "rename-column":
      return [`ALTER TABLE ${table} RENAME COLUMN ${step.from.name} TO ${step.to}`];
    case "drop-column":
      return [`ALTER TABLE ${table} DROP COLUMN ${step.column.name}`];
    case "optimize":
      return [`OPTIMIZE ${table}${step.zOrderBy.length === 0 ? "" : ` ZORDER BY (${namesOf(step.zOrderBy)})`}`];
    case "vacuum":
      return ["SET spark.databricks.delta.retentionDurationCheck.enabled=false", `VACUUM ${table} RETAIN 0 HOURS`];
    case "restore":
      return [`RESTORE TABLE ${table} TO VERSION AS OF ${step.version}`];
  }
}

function mergeText(step: Extract<Step, { kind: "merge" }>, table: string, columns: readonly Column[]): string {
  const given = step.newColumn === undefined ? columns : [...columns, step.newColumn];
  const on = step.keys.map((key) => `t.${key.name} = s.${key.name}`);
  if (step.also) on.push(conditionText(step.also.condition, `${alias(step.also.side)}.`));
  const clauses = step.clauses.map((clause) => clauseText(clause, columns));
  return [
    `MERGE ${step.newColumn === undefined ? "" : "WITH SCHEMA EVOLUTION "}INTO ${table} AS t`,
    `USING (SELECT * FROM ${valuesText(step.rows, given)} AS v(${namesOf(given)})) AS s`,
    `ON ${on.map((term) => `(${term})`).join(" AND ")}`,
    ...clauses,
  ].join(" ");
}

function clauseText({ when, condition, action }: Clause, columns: readonly Column[]): string {
  const whens = {
    matched: "WHEN MATCHED",
    "not-matched": "WHEN NOT MATCHED",
    "not-matched-by-source": "WHEN NOT MATCHED BY SOURCE",
  };
  const and = condition ? ` AND ${conditionText(condition.condition, `${alias(condition.side)}.`)}` : "";
  return `${whens[when]}${and} THEN ${actionText(when, action, columns)}`;
}

function actionText(when: Clause["when"], action: Clause["action"], columns: readonly Column[]): string {
  const inserts = when === "not-matched";
  if (action.kind === "delete") return "DELETE";
  if (action.kind === "star") return inserts ? "INSERT *" : "UPDATE SET *";
  if (!inserts) return `UPDATE SET ${assignmentsText(action.assignments, "t.")}`;
  const given = action.assignments.filter(({ column }) => columns.some(({ name }) => name === column.name));
  const values = given.map(({ column, value }) => expressionText(value, column, true));
  return `INSERT (${namesOf(given.map(({ column }) => column))}) VALUES (${values.join(", ")})`;
}

function assignmentsText(assignments: readonly Assignment[], qualifier: string): string {
  return assignments
    .map(({ column, value }) => `${qualifier}${column.name} = ${expressionText(value, column, qualifier !== "")}`)
    .join(", ");
}

function expressionText(expression: Expression, stored: Column, qualified: boolean): string {
  if (expression.is === "value") return KINDS[stored.kind].literal(expression.value);
  const column = `${qualified ? `${alias(expression.side)}.` : ""}${expression.column.name}`;
  if (expression.is === "column") return column;
  if (expression.is === "plus") return `${column} + ${expression.amount}`;
  return `${column} || '${expression.text}'`;
}

function valuesText(rows: readonly Row[], columns: readonly Column[]): string {
  const tuple = (row: Row): string =>
    `(${columns.map((column) => KINDS[column.kind].literal(cellOf(row, column))).join(", ")})`;
  return `VALUES ${rows.map(tuple).join(", ")}`;
}

const alias = (side: Side): string => (side === "target" ? "t" : "s");
const where = (condition: Condition | undefined): string => (condition ? ` WHERE ${conditionText(condition)}` : "");
const namesOf = (columns: readonly Column[]): string => columns.map(({ name }) => name).join(", ");
