/** Statements about catalogs, schemas and volumes, and those that tell of them, as data. */
type SchemaName = readonly string[];

export type CatalogStatement =
  | {
      readonly kind: "create-catalog";
      readonly catalog: string;
      readonly ifNotExists: boolean;
      readonly comment?: string;
      readonly location?: string;
    }
  | { readonly kind: "drop-catalog"; readonly catalog: string; readonly ifExists: boolean; readonly cascade: boolean }
  | { readonly kind: "describe-catalog"; readonly catalog: string; readonly extended: boolean }
  | { readonly kind: "describe-schema"; readonly schema: SchemaName; readonly extended: boolean }
  | {
      readonly kind: "alter-schema";
      readonly schema: SchemaName;
      readonly set: Readonly<Record<string, string>>;
      readonly unset: readonly string[];
    }
  | { readonly kind: "describe-column"; readonly table: readonly string[]; readonly column: readonly string[] }
  | { readonly kind: "describe-json"; readonly table: readonly string[] }
  | { readonly kind: "show-current-namespace" }
  | { readonly kind: "show-table-extended"; readonly schema?: SchemaName; readonly pattern: string }
  | {
      readonly kind: "show-partitions";
      readonly table: readonly string[];
      /** Text of the values asked for, by column. */
      readonly partition: Readonly<Record<string, string>>;
    }
  | { readonly kind: "show-volumes"; readonly schema?: SchemaName; readonly pattern?: string }
  | {
      readonly kind: "create-volume";
      readonly volume: readonly string[];
      readonly external: boolean;
      readonly ifNotExists: boolean;
      readonly location?: string;
      readonly comment?: string;
    }
  | { readonly kind: "drop-volume"; readonly volume: readonly string[]; readonly ifExists: boolean }
  | { readonly kind: "describe-volume"; readonly volume: readonly string[] }
  | { readonly kind: "list-files"; readonly path: string; readonly limit?: number }
  | { readonly kind: "analyze"; readonly table?: readonly string[]; readonly schema?: SchemaName }
  | { readonly kind: "clear-cache" }
  | { readonly kind: "cache-query"; readonly name: string; readonly queryText: string };
