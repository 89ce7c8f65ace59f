/** A Delta snapshot as a relation of the engine. */

import { recordCount } from "../../commands/data-file.js";
import type { Snapshot } from "../../delta/contract.js";
import { absolutePath } from "../../delta/file-path.js";
import type { DataFile, Engine } from "../../engine/engine.js";
import type { SkippingPredicate } from "../../expression/skipping-predicate.js";
import type { Attribute, Relation } from "../../sql/relation.js";

export interface ScanOptions {
  readonly predicate?: SkippingPredicate;
  /** True where the query asks for the file of a row. */
  readonly withFile: boolean;
  readonly qualifiers: readonly (readonly string[])[];
}

export async function scanSnapshot(engine: Engine, snapshot: Snapshot, options: ScanOptions): Promise<Relation> {
  const files: DataFile[] = [];
  for await (const batch of snapshot.files(options.predicate)) {
    for (const add of batch) {
      const rows = recordCount(add);
      files.push({
        path: absolutePath(snapshot.location, add.path),
        partition: add.partitionValues,
        ...(rows === undefined ? {} : { rowCount: Number(rows) }),
      });
    }
  }
  const { schema, partitionColumns } = snapshot;
  const sql = await engine.scan({
    files,
    schema,
    partitionColumns,
    ...(options.withFile ? { withPosition: true } : {}),
  });
  const output: Attribute[] = schema.fields.map((field) => ({
    name: field.name,
    dataType: field.dataType,
    nullable: field.nullable,
    engineName: field.name,
    qualifiers: options.qualifiers,
  }));
  return options.withFile ? { sql, output, fileName: "__file_path" } : { sql, output };
}
