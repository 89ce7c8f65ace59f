/** ALTER VIEW and views over files, as data. */
import type { StructField } from "../schema/data-type.js";
import type { Query } from "./ast.js";

/** What becomes of a view whose query gives other columns than when it was made: see Spark's WITH SCHEMA. */
export type ViewSchemaMode = "BINDING" | "COMPENSATION" | "TYPE EVOLUTION" | "EVOLUTION";

export type AlterViewAction =
  | { readonly kind: "as"; readonly query: Query; readonly queryText: string }
  | { readonly kind: "set-properties"; readonly properties: Readonly<Record<string, string>> }
  | { readonly kind: "unset-properties"; readonly keys: readonly string[] }
  | { readonly kind: "rename"; readonly to: readonly string[] }
  | { readonly kind: "schema-mode"; readonly mode: ViewSchemaMode };

export type ViewStatement =
  | { readonly kind: "alter-view"; readonly view: readonly string[]; readonly action: AlterViewAction }
  | {
      readonly kind: "create-file-view";
      readonly view: readonly string[];
      readonly orReplace: boolean;
      readonly global: boolean;
      readonly columns: readonly StructField[];
      readonly format: string;
      readonly options: Readonly<Record<string, string>>;
    };
