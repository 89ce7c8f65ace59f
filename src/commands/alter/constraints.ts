/** ADD CONSTRAINT and DROP CONSTRAINT: CHECK constraints, which the rows that exist must fulfil too. */
import { engineName } from "../../schema/engine-type.js";
import { scanFiles } from "../data-file.js";
import { CONSTRAINT_PREFIX, checkConstraints, compileConstraint } from "../rules/row-checks.js";
import { changeMetadata } from "../table-metadata.js";
import { liveFiles } from "../table-state.js";
import { constraintExists, constraintMissing, existingRowsViolate } from "./alter-errors.js";
import type { AlteredTable, PlannedAlteration } from "./altered-table.js";

export async function addConstraint(table: AlteredTable, name: string, check: string): Promise<PlannedAlteration> {
  const { context, snapshot, target } = table;
  const { configuration } = snapshot.metadata;
  const expression = check.trim();
  const known = checkConstraints(configuration).find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (known !== undefined) throw constraintExists(name, known.expression);
  const compiled = compileConstraint(context.compiler, snapshot.schema, { name, expression }, "target");
  const violations = await countRows(table, `(${compiled.sql}) IS NOT TRUE`);
  if (violations > 0n) throw existingRowsViolate(target.name, expression, violations);
  const properties = { ...configuration, [`${CONSTRAINT_PREFIX}${name.toLowerCase()}`]: expression };
  return {
    actions: changeMetadata(snapshot, { properties }),
    operation: "ADD CONSTRAINT",
    operationParameters: { name, expr: expression },
    readsRows: true,
  };
}

export function dropConstraint({ snapshot, target }: AlteredTable, name: string, ifExists: boolean): PlannedAlteration {
  const { configuration } = snapshot.metadata;
  const key = Object.keys(configuration).find(
    (one) => one.toLowerCase() === `${CONSTRAINT_PREFIX}${name.toLowerCase()}`,
  );
  if (key === undefined && !ifExists) throw constraintMissing(name, target.name);
  const properties = Object.fromEntries(Object.entries(configuration).filter(([one]) => one !== key));
  const expression = key === undefined ? undefined : configuration[key];
  return {
    actions: changeMetadata(snapshot, { properties }),
    operation: "DROP CONSTRAINT",
    operationParameters: {
      name,
      ...(expression === undefined ? {} : { expr: expression }),
      existed: String(key !== undefined),
    },
  };
}

/** Rows of the table for which engine SQL over the alias `"target"` is true. */
export async function countRows({ context, snapshot }: AlteredTable, condition: string): Promise<bigint> {
  const files = await liveFiles(snapshot);
  if (files.length === 0) return 0n;
  const relation = await scanFiles(context, snapshot, files);
  const { rows } = await context.engine.run(
    `SELECT count(*) FROM ${relation} AS ${engineName("target")} WHERE ${condition}`,
  );
  return BigInt(Number(rows[0]?.[0] ?? 0));
}
