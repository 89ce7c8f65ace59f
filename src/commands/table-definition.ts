/** What a new table (or one that is replaced) will be: its definition checked, and completed as Delta keeps it. */
import type { Snapshot } from "../delta/contract.js";
import { type ProtocolRequest, protocolFeatures } from "../delta/protocol.js";
import { LakeletError } from "../errors/lakelet-error.js";
import { columnMappingMode, greatestColumnId, MAX_COLUMN_ID, withColumnMapping } from "../schema/column-mapping.js";
import type { StructType } from "../schema/data-type.js";
import { findField } from "../schema/data-type.js";
import type { FieldPath } from "../schema/field-path.js";
import { checkClustering } from "./clustering-columns.js";
import { allColumnsPartition, partitionColumnNotFound, partitionTypeNotSupported } from "./command-errors.js";
import type { CommandContext } from "./contract.js";
import { checkProperties, withSessionDefaults } from "./property-rules.js";
import { checkDefaults, hasDefaults } from "./rules/column-defaults.js";
import { checkGeneratedColumns } from "./rules/generated-columns.js";
import { checkIdentityColumns } from "./rules/identity-columns.js";
import { CONSTRAINT_PREFIX, compileConstraint } from "./rules/row-checks.js";
import { checkNoDuplicates, checkStorable } from "./schema-evolution.js";

/** A table as a statement or a writer asks for it. */
export interface NewTable {
  readonly schema: StructType;
  readonly partitionBy: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly comment?: string | undefined;
  readonly clusterBy?: readonly FieldPath[];
  /** CONSTRAINT name CHECK (expression): name to expression. */
  readonly constraints?: Readonly<Record<string, string>>;
}

/** A table as its metadata will describe it. */
export interface TableDescription {
  /** With ids and physical names where columns are mapped. */
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  /** The configuration. */
  readonly properties: Readonly<Record<string, string>>;
  readonly request: ProtocolRequest;
  readonly comment?: string | undefined;
  /** In the schema's spelling; empty: not clustered. */
  readonly clusterBy: readonly FieldPath[];
}

const DEFAULTS_FEATURE = "allowColumnDefaults";

/**
 * Checks a definition and completes it: session defaults, column mapping, features.
 *
 * @param previous The table that is replaced: it keeps the features of its protocol, and no column id is given twice.
 * @throws what `checkProperties` and `checkStorable` throw, PARTITION_COLUMN_NOT_FOUND_IN_SCHEMA, ALL_PARTITION_COLUMNS_NOT_ALLOWED,
 * WRONG_COLUMN_DEFAULTS_FOR_DELTA_FEATURE_NOT_ENABLED, INVALID_DEFAULT_VALUE.*, DELTA_GENERATED_COLUMNS_*, DELTA_IDENTITY_COLUMNS_*,
 * DELTA_CLUSTER_BY_*, and what compiling a constraint throws.
 */
export function describeNewTable(
  { compiler, configuration }: Pick<CommandContext, "compiler" | "configuration">,
  table: NewTable,
  previous: Snapshot | undefined,
): TableDescription {
  const checked = checkProperties(withSessionDefaults(table.properties, configuration), configuration);
  const mode = columnMappingMode(checked.properties);
  const plain = checkStorable(table.schema, mode !== undefined);
  const partitionColumns = resolvePartitioning(plain, table.partitionBy);
  const clusterBy = checkClustering(table.clusterBy ?? [], {
    schema: plain,
    partitionColumns,
    properties: checked.properties,
  });
  checkColumnRules(compiler, plain, partitionColumns, allowsDefaults(checked.request, previous));
  const constraints = Object.entries(table.constraints ?? {}).map(([name, expression]) => {
    compileConstraint(compiler, plain, { name, expression });
    return [`${CONSTRAINT_PREFIX}${name}`, expression] as const;
  });
  const before = Number(previous?.metadata.configuration[MAX_COLUMN_ID] ?? "0");
  const schema = mode === undefined ? plain : withColumnMapping(plain, before, "fresh");
  const features = [...(checked.request.features ?? []), ...(clusterBy.length > 0 ? ["clustering"] : [])];
  return {
    schema,
    partitionColumns,
    properties: {
      ...checked.properties,
      ...Object.fromEntries(constraints),
      ...(mode === undefined ? {} : { [MAX_COLUMN_ID]: String(greatestColumnId(schema)) }),
    },
    request: { ...checked.request, ...(features.length === 0 ? {} : { features }) },
    comment: table.comment,
    clusterBy,
  };
}

function allowsDefaults({ features = [] }: ProtocolRequest, previous: Snapshot | undefined): boolean {
  const before = previous === undefined ? [] : protocolFeatures(previous.protocol).writer;
  return features.includes(DEFAULTS_FEATURE) || before.includes(DEFAULTS_FEATURE);
}

function checkColumnRules(
  compiler: CommandContext["compiler"],
  schema: StructType,
  partitionColumns: readonly string[],
  mayHaveDefaults: boolean,
): void {
  checkDefaults(compiler, schema.fields);
  if (hasDefaults(schema) && !mayHaveDefaults) throw defaultsNotEnabled("CREATE TABLE");
  checkIdentityColumns(schema, partitionColumns);
  checkGeneratedColumns(compiler, schema);
}

const NESTED: ReadonlySet<string> = new Set(["struct", "array", "map", "variant"]);

/**
 * The partition columns in the schema's spelling. Throws PARTITION_COLUMN_NOT_FOUND_IN_SCHEMA, ALL_PARTITION_COLUMNS_NOT_ALLOWED,
 * DELTA_INVALID_PARTITION_COLUMN_TYPE.
 */
export function resolvePartitioning(schema: StructType, names: readonly string[]): readonly string[] {
  checkNoDuplicates(names, "in the partition columns");
  const resolved = names.map((name) => {
    const column = findField(schema, name);
    if (column !== undefined && NESTED.has(column.dataType.kind)) throw partitionTypeNotSupported(column);
    if (column !== undefined) return column.name;
    throw partitionColumnNotFound(
      name,
      schema.fields.map((one) => one.name),
    );
  });
  if (resolved.length > 0 && resolved.length === schema.fields.length) throw allColumnsPartition();
  return resolved;
}

export function defaultsNotEnabled(command: string): LakeletError {
  return new LakeletError({
    condition: "WRONG_COLUMN_DEFAULTS_FOR_DELTA_FEATURE_NOT_ENABLED",
    sqlState: "0AKDE",
    problem: `Failed to execute the ${command} command because it assigned a column DEFAULT value, but the table feature for them is not enabled.`,
    cure: "Set TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported').",
  });
}
