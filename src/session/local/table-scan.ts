/** A Delta snapshot as a relation of the engine. */
import { scanRequest } from "../../commands/data-file.js";
import type { AddFile } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import type { SkippingPredicate } from "../../expression/skipping-predicate.js";
import type { Attribute, Relation } from "../../sql/relation.js";
import { scanWithMetadata } from "./file-metadata.js";
import type { Runtime } from "./runtime.js";

export interface ScanOptions {
  readonly predicate?: SkippingPredicate;
  /** In place of those of the snapshot. */
  readonly files?: readonly AddFile[];
  /** True where the query asks for the file of a row. */
  readonly withFile: boolean;
  readonly qualifiers: readonly (readonly string[])[];
  /** Told of the files that are read. */
  readonly onFiles?: (files: readonly AddFile[]) => void;
}

export async function scanSnapshot(
  { engine, storage }: Pick<Runtime, "engine" | "storage">,
  snapshot: Snapshot,
  options: ScanOptions,
): Promise<Relation> {
  const files: AddFile[] = [...(options.files ?? [])];
  if (options.files === undefined) for await (const batch of snapshot.files(options.predicate)) files.push(...batch);
  options.onFiles?.(files);
  const output: Attribute[] = snapshot.schema.fields.map((field) => ({
    name: field.name,
    dataType: field.dataType,
    nullable: field.nullable,
    engineName: field.name,
    qualifiers: options.qualifiers,
  }));
  if (options.withFile) return scanWithMetadata({ engine, storage }, snapshot, files, output, options.qualifiers);
  return { sql: await engine.scan(scanRequest(storage, snapshot, files)), output };
}
