/** A step as each of the writers makes it: lakelet and Spark by the same SQL, delta-rs by the methods of its own. */
import type { SparkSession } from "../../../src/session/contract.js";
import type { Peers } from "../../interop/peers.js";
import { type Cell, KINDS, type KindName } from "../differential/cell.js";
import { type Column, type Condition, cellOf, conditionText, type Row } from "../differential/condition.js";
import { type Assignment, type Clause, type Step, statementsOf } from "../differential/step.js";
import type { Writer } from "./mixed-table.js";

export interface Engines {
  readonly spark: SparkSession;
  readonly peers: Peers;
}

/** Rejects where the writer refuses the step. */
export async function takeTurn(
  { spark, peers }: Engines,
  writer: Writer,
  path: string,
  step: Step,
  columns: readonly Column[],
): Promise<void> {
  if (writer === "delta-rs") {
    await rustTurn(peers, path, step, columns);
    return;
  }
  const statements = statementsOf(step, `delta.\`${path}\``, columns);
  // The result of OPTIMIZE has a type that does not go through Arrow.
  if (writer === "spark") await peers.spark(...statements, ...(step.kind === "optimize" ? ["SELECT 1"] : []));
  else for (const statement of statements) await spark.execute(statement);
}

async function rustTurn(peers: Peers, path: string, step: Step, columns: readonly Column[]): Promise<unknown> {
  switch (step.kind) {
    case "insert":
      return peers.rustWrite(path, [query(step.rows, columns)]);
    case "overwrite":
      return peers.rustWrite(path, [query(step.rows, columns)], { mode: "overwrite" });
    case "replace-where":
      return peers.rustWrite(path, [query(step.rows, columns)], {
        mode: "overwrite",
        predicate: rustText(step.condition),
      });
    case "delete":
      return peers.rustCall(path, "delete", step.condition ? { predicate: rustText(step.condition) } : {});
    case "update":
      return peers.rustCall(path, "update", {
        updates: updates(step.assignments),
        ...(step.condition ? { predicate: rustText(step.condition) } : {}),
      });
    case "merge": {
      const on = step.keys.map(({ name }) => `t.${name} = s.${name}`).join(" AND ");
      return peers.rustMerge(path, query(step.rows, columns), on, step.clauses.map(rustClause));
    }
    case "optimize":
      return peers.rustCall(path, "optimize.compact");
    case "restore":
      return peers.rustCall(path, "restore", { target: step.version });
    default:
      throw new Error(`delta-rs is not asked for ${step.kind}`);
  }
}

function rustClause({ when, condition, action }: Clause): [method: string, keywords: Record<string, unknown>] {
  const method = `when_${when.replaceAll("-", "_")}`;
  const predicate = condition
    ? { predicate: rustText(condition.condition, condition.side === "target" ? "t." : "s.") }
    : {};
  if (action.kind === "delete") return [`${method}_delete`, predicate];
  const inserts = when === "not-matched";
  if (action.kind === "star") return [`${method}_${inserts ? "insert" : "update"}_all`, predicate];
  return [`${method}_${inserts ? "insert" : "update"}`, { updates: updates(action.assignments), ...predicate }];
}

function updates(assignments: readonly Assignment[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    assignments.map(({ column, value }) => {
      if (value.is === "value") return [column.name, rustLiteral(column.kind, value.value)];
      if (value.is !== "column") throw new Error(`delta-rs is not asked for ${value.is}`);
      return [column.name, `${value.side === "target" ? "t" : "s"}.${value.column.name}`];
    }),
  );
}

/** Rows for Spark to make an Arrow table of. */
function query(rows: readonly Row[], columns: readonly Column[]): string {
  const tuple = (row: Row): string =>
    `(${columns.map((column) => KINDS[column.kind].literal(cellOf(row, column))).join(", ")})`;
  return `SELECT * FROM VALUES ${rows.map(tuple).join(", ")} AS v(${columns.map(({ name }) => name).join(", ")})`;
}

const rustText = (condition: Condition, qualifier = ""): string => conditionText(condition, qualifier, rustLiteral);

/** The types of DataFusion's literals follow from the columns that they meet. */
function rustLiteral(kind: KindName, cell: Cell): string {
  if (cell === null) return "NULL";
  const text = KINDS[kind].shown(cell);
  switch (kind) {
    case "long":
    case "integer":
      return text;
    case "decimal":
      return `CAST('${text}' AS DECIMAL(12, 2))`;
    case "double":
      return `CAST('${text}' AS DOUBLE)`;
    case "date":
      return `CAST('${text}' AS DATE)`;
    case "timestamp":
      return `arrow_cast('${text}', 'Timestamp(Microsecond, Some("UTC"))')`;
    default:
      return `'${text.replaceAll("'", "''")}'`;
  }
}
