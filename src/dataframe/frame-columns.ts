/** The part of DataFrame that is about its columns: which there are, their names, types and values. */
import type { StructType } from "../schema/data-type.js";
import { quoteName } from "../schema/type-text.js";
import { Column, type ColumnOrName, nameText, projection } from "./column.js";
import { columnsMatching } from "./column-pattern.js";
import { type AnyFrame, LogicalFrame } from "./logical-frame.js";
import { type PlanNode, planNode } from "./plan-id.js";

/** Metadata that `alias` gave. */
function withMetadataOf(node: PlanNode, column: ColumnOrName): PlanNode {
  if (typeof column === "string" || !column.metadata) return node;
  const { names, metadata } = column;
  return { kind: "with-metadata", input: planNode(node), column: names[0] ?? "", metadata };
}

export abstract class FrameColumns<Frame extends AnyFrame> extends LogicalFrame<Frame> {
  /** A column of this very DataFrame: unambiguous after a join with another one. */
  col(name: string): Column {
    return new Column(`${quoteName(`#${this.plan.id}`)}.${nameText(name)}`);
  }
  /** All columns whose names match a regular expression of Java in backticks. @example df.select(df.colRegex("`amount_.*`")) */
  colRegex(pattern: string): Column {
    return columnsMatching(pattern);
  }
  /** A hidden column of the rows' source. @example files.select("*", files.metadataColumn("_metadata")) */
  metadataColumn(name: string): Column {
    return this.col(name);
  }
  select(...columns: (ColumnOrName | readonly ColumnOrName[])[]): Frame {
    const list = columns.flat() as ColumnOrName[];
    const project: PlanNode = { kind: "project", input: this.plan, expressions: list.map(projection) };
    return this.next(list.reduce(withMetadataOf, project));
  }
  /** Spark SQL expressions: `selectExpr("id", "amount * 2 AS double_amount")`. */
  selectExpr(...expressions: (string | readonly string[])[]): Frame {
    return this.next({ kind: "project", input: this.plan, expressions: expressions.flat() as string[] });
  }
  withColumn(name: string, column: Column): Frame {
    return this.withColumns({ [name]: column });
  }
  withColumns(columns: Readonly<Record<string, Column>>): Frame {
    const list = Object.entries(columns).map(([name, column]) => ({ name, expression: column.text }));
    return this.next({ kind: "with-columns", input: this.plan, columns: list });
  }
  withColumnRenamed(existing: string, name: string): Frame {
    return this.withColumnsRenamed({ [existing]: name });
  }
  withColumnsRenamed(names: Readonly<Record<string, string>>): Frame {
    return this.next({ kind: "rename", input: this.plan, names });
  }
  /** The column's metadata in the schema, as JSON values; a comment is `{ comment: "..." }`. */
  withMetadata(column: string, metadata: Readonly<Record<string, unknown>>): Frame {
    return this.next({ kind: "with-metadata", input: this.plan, column, metadata });
  }
  toDF(...names: string[]): Frame {
    return this.next({ kind: "to-names", input: this.plan, names });
  }
  /**
   * The columns of that schema, matched by name and stored in its types; a nullable one that is missing becomes null.
   * Throws INVALID_COLUMN_OR_FIELD_DATA_TYPE, NULLABLE_COLUMN_OR_FIELD and UNRESOLVED_COLUMN.
   */
  to(schema: StructType): Frame {
    return this.next({ kind: "to-schema", input: this.plan, schema });
  }
  drop(...columns: ColumnOrName[]): Frame {
    const texts = columns.map((one) => (typeof one === "string" ? quoteName(one) : one.text));
    return this.next({ kind: "drop", input: this.plan, columns: texts });
  }
  /** Each row as a JSON document in the column `value`. */
  toJSON(): Frame {
    return this.next({ kind: "project", input: this.plan, expressions: ["to_json(struct(*)) AS value"] });
  }
}
