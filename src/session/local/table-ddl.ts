/** SHOW CREATE TABLE: the statement that makes a table with the same columns, rules and properties. */
import { clusteringColumns } from "../../commands/optimize/clustering.js";
import { defaultText, hasDefaults } from "../../commands/rules/column-defaults.js";
import { generationExpression } from "../../commands/rules/generated-columns.js";
import { type Identity, identityOf } from "../../commands/rules/identity-columns.js";
import { CONSTRAINT_PREFIX, checkConstraints } from "../../commands/rules/row-checks.js";
import type { Snapshot } from "../../delta/contract.js";
import type { StructField } from "../../schema/data-type.js";
import { quoteIfNeeded, typeText } from "../../schema/type-text.js";
import type { RowExpectation } from "../../sql/pipeline-statement.js";
import { type DeclaredStatement, isOfStatement } from "./datasets/kept-definition.js";

/** Where Spark keeps the length of a CHAR or VARCHAR column. */
const LENGTH = "__CHAR_VARCHAR_TYPE_STRING";

/** Properties that a table gets by itself and none may ask for. */
const OWN_PROPERTIES = [
  "delta.columnMapping.maxColumnId",
  "delta.inCommitTimestampEnablementVersion",
  "delta.inCommitTimestampEnablementTimestamp",
  "delta.rowTracking.materializedRowIdColumnName",
  "delta.rowTracking.materializedRowCommitVersionColumnName",
];

/** The column's type as DESCRIBE shows it: `varchar(10)`, `bigint`. */
export function columnType({ dataType, metadata }: StructField): string {
  const bounded = metadata[LENGTH];
  return typeof bounded === "string" ? bounded : typeText(dataType);
}

/**
 * @param location of an external table
 * @param dataset what declared the table, where that is a statement of its own
 */
export async function createTableText(
  name: string,
  snapshot: Snapshot,
  location: string | undefined,
  dataset?: DeclaredStatement,
): Promise<string> {
  const { schema, partitionColumns, metadata } = snapshot;
  const constraints = checkConstraints(metadata.configuration).map(
    ({ name: constraint, expression }) => `CONSTRAINT ${quoteIfNeeded(constraint)} CHECK (${expression})`,
  );
  const expectations = dataset?.definition.expectations.map(expectationText) ?? [];
  const clustering = (await clusteringColumns(snapshot)) ?? [];
  const paths = clustering.map((path) => path.map(quoteIfNeeded).join("."));
  const properties = Object.entries(propertiesOf(snapshot, dataset !== undefined)).map(
    ([key, value]) => `  ${text(key)} = ${text(value)}`,
  );
  return [
    `${dataset?.title ?? "CREATE TABLE"} ${name} (\n  ${[...schema.fields.map(columnText), ...constraints, ...expectations].join(",\n  ")})`,
    ...(dataset === undefined ? ["USING delta"] : []),
    ...(partitionColumns.length > 0 ? [`PARTITIONED BY (${partitionColumns.map(quoteIfNeeded).join(", ")})`] : []),
    ...(paths.length > 0 ? [`CLUSTER BY (${paths.join(", ")})`] : []),
    ...(location === undefined ? [] : [`LOCATION ${text(location)}`]),
    ...(metadata.description === undefined ? [] : [`COMMENT ${text(metadata.description)}`]),
    ...(properties.length > 0 ? [`TBLPROPERTIES (\n${properties.join(",\n")})`] : []),
    ...(dataset === undefined ? [] : [`AS ${dataset.flow.query}`]),
  ].join("\n");
}

function propertiesOf({ schema, metadata }: Snapshot, isDeclared: boolean): Readonly<Record<string, string>> {
  const given = Object.entries(metadata.configuration).filter(
    ([key]) =>
      !key.startsWith(CONSTRAINT_PREFIX) && !OWN_PROPERTIES.includes(key) && (!isDeclared || !isOfStatement(key)),
  );
  return {
    ...Object.fromEntries(given),
    ...(hasDefaults(schema) ? { "delta.feature.allowColumnDefaults": "supported" } : {}),
  };
}

function expectationText({ name, condition, onViolation }: RowExpectation): string {
  const action = { warn: "", drop: " ON VIOLATION DROP ROW", fail: " ON VIOLATION FAIL UPDATE" }[onViolation];
  return `CONSTRAINT ${quoteIfNeeded(name)} EXPECT (${condition})${action}`;
}

function columnText(column: StructField): string {
  const generation = generationExpression(column);
  const identity = identityOf(column);
  const fallback = defaultText(column);
  const { comment } = column.metadata;
  return [
    quoteIfNeeded(column.name),
    ddlType(column),
    ...(column.nullable ? [] : ["NOT NULL"]),
    ...(generation === undefined ? [] : [`GENERATED ALWAYS AS (${generation})`]),
    ...(identity === undefined ? [] : [identityText(identity)]),
    ...(fallback === undefined ? [] : [`DEFAULT ${fallback}`]),
    ...(typeof comment === "string" ? [`COMMENT ${text(comment)}`] : []),
  ].join(" ");
}

/** In capitals as far as it holds no names of fields. */
function ddlType(column: StructField): string {
  const type = columnType(column);
  return type.includes("struct<") ? type : type.toUpperCase();
}

function identityText({ start, step, allowExplicitInsert }: Identity): string {
  const how = allowExplicitInsert ? "BY DEFAULT" : "ALWAYS";
  return `GENERATED ${how} AS IDENTITY (START WITH ${start} INCREMENT BY ${step})`;
}

function text(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
