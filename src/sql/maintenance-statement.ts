/** Statements that look after a table or bring files into one, as data. */

import type { StructField } from "../schema/data-type.js";
import type { FieldPath } from "../schema/field-path.js";
import type { Expression } from "./ast.js";

/** A version of a table; constants that are evaluated when the statement runs. */
export type VersionPoint = { readonly version: Expression } | { readonly timestamp: Expression };

/** A table at a version; the newest where `at` is absent. */
export interface VersionedTable {
  readonly table: readonly string[];
  readonly at?: VersionPoint;
}

export type MaintenanceStatement =
  | {
      readonly kind: "clone-table";
      readonly table: readonly string[];
      readonly orReplace: boolean;
      readonly replaceOnly: boolean;
      readonly ifNotExists: boolean;
      readonly shallow: boolean;
      readonly source: VersionedTable;
      readonly properties: Readonly<Record<string, string>>;
      readonly location?: string;
    }
  | {
      readonly kind: "optimize";
      readonly table: readonly string[];
      /** Rewrites all files of a clustered table. */
      readonly full: boolean;
      readonly where?: string;
      readonly zOrderBy: readonly FieldPath[];
    }
  | {
      readonly kind: "vacuum";
      readonly table: readonly string[];
      /** lite: only files that the log names; full: all that the folder holds. */
      readonly mode: "full" | "lite";
      readonly retainHours?: number;
      readonly dryRun: boolean;
    }
  | { readonly kind: "restore"; readonly table: readonly string[]; readonly to: VersionPoint }
  | {
      readonly kind: "convert-to-delta";
      readonly table: readonly string[];
      readonly partitionedBy: readonly StructField[];
      readonly noStatistics: boolean;
    }
  | { readonly kind: "reorg"; readonly table: readonly string[]; readonly where?: string }
  | { readonly kind: "fsck"; readonly table: readonly string[]; readonly dryRun: boolean }
  | {
      readonly kind: "copy-into";
      readonly table: readonly string[];
      readonly from: string;
      /** The list of `FROM (SELECT list FROM 'path')`, as Spark text. */
      readonly columns?: readonly string[];
      readonly fileFormat: string;
      readonly files: readonly string[];
      readonly pattern?: string;
      readonly formatOptions: Readonly<Record<string, string>>;
      readonly copyOptions: Readonly<Record<string, string>>;
    };
