/** The logical plan of a DataFrame: frozen data; every expression is Spark SQL text. */
import type { Table as ArrowTable } from "apache-arrow";
import type { Value } from "../engine/engine.js";
import type { StructType } from "../schema/data-type.js";

/** Ids are unique in the process; `df.col("x")` prints as `` `#<id>`.`x` `` and resolves to the attribute that came from that plan. */
export interface PlanBase {
  readonly id: number;
}

export interface SortKey {
  /** Spark SQL text, `ASC|DESC [NULLS FIRST|LAST]` included. */
  readonly text: string;
}

/** What a stream reads. */
export type StreamSource =
  | { readonly kind: "table"; readonly name: readonly string[] }
  | {
      readonly kind: "files";
      /** cloudFiles, or one of the formats of files. */
      readonly format: string;
      readonly path: string;
      /** Spark DDL of the schema that the user gave. */
      readonly schemaDdl?: string;
    };

export type Plan = PlanBase &
  (
    | { readonly kind: "sql"; readonly text: string }
    | { readonly kind: "table"; readonly name: readonly string[]; readonly options: Readonly<Record<string, string>> }
    | {
        readonly kind: "files";
        readonly format: string;
        readonly paths: readonly string[];
        readonly options: Readonly<Record<string, string>>;
        /** Spark DDL of the schema that the user gave. */
        readonly schemaDdl?: string;
      }
    /** A source whose rows keep coming: inside a flow those that are new. Analysed anywhere, run by flows of pipelines alone. */
    | {
        readonly kind: "stream";
        readonly source: StreamSource;
        /** Keys lower-cased. */
        readonly options: Readonly<Record<string, string>>;
      }
    /** A table of apache-arrow, or the bytes of an IPC stream. */
    | { readonly kind: "arrow"; readonly rows: ArrowTable | Uint8Array }
    | { readonly kind: "rows"; readonly schema: StructType; readonly rows: readonly (readonly Value[])[] }
    /** Rows whose cells are Spark SQL expressions, e.g. `createDataFrame([{ at: current_timestamp() }])`. */
    | {
        readonly kind: "values";
        readonly names: readonly string[];
        readonly rows: readonly (readonly string[])[];
        readonly schema?: StructType;
      }
    | { readonly kind: "range"; readonly start: bigint; readonly end: bigint; readonly step: bigint }
    /** A kept result: name of the engine's relation and its schema. */
    | { readonly kind: "cached"; readonly relation: string; readonly schema: StructType; readonly source: Plan }
    | { readonly kind: "project"; readonly input: Plan; readonly expressions: readonly string[] }
    | {
        readonly kind: "with-columns";
        readonly input: Plan;
        readonly columns: readonly { readonly name: string; readonly expression: string }[];
      }
    | { readonly kind: "rename"; readonly input: Plan; readonly names: Readonly<Record<string, string>> }
    | { readonly kind: "to-names"; readonly input: Plan; readonly names: readonly string[] }
    | { readonly kind: "drop"; readonly input: Plan; readonly columns: readonly string[] }
    | { readonly kind: "filter"; readonly input: Plan; readonly condition: string }
    | {
        readonly kind: "aggregate";
        readonly input: Plan;
        readonly grouping: "groupby" | "cube" | "rollup" | "grouping-sets";
        readonly keys: readonly string[];
        /** Of grouping-sets: the keys of each. */
        readonly sets?: readonly (readonly string[])[];
        readonly aggregates: readonly string[];
        /** A short form such as `sum("a")`: of these columns, all numeric ones where none is named. */
        readonly short?: { readonly name: string; readonly columns: readonly string[] };
        readonly pivot?: { readonly column: string; readonly values?: readonly string[] };
      }
    | {
        readonly kind: "join";
        readonly left: Plan;
        readonly right: Plan;
        readonly type: "inner" | "cross" | "left" | "right" | "full" | "left-semi" | "left-anti";
        readonly on?: string;
        readonly using?: readonly string[];
      }
    | {
        readonly kind: "set";
        readonly operator: "union" | "intersect" | "except";
        readonly all: boolean;
        readonly byName: boolean;
        readonly allowMissingColumns: boolean;
        readonly left: Plan;
        readonly right: Plan;
      }
    | { readonly kind: "distinct"; readonly input: Plan; readonly columns?: readonly string[] }
    | { readonly kind: "sort"; readonly input: Plan; readonly keys: readonly SortKey[] }
    | { readonly kind: "limit"; readonly input: Plan; readonly count: number; readonly offset: number }
    | {
        readonly kind: "sample";
        readonly input: Plan;
        /** The rows whose number, uniform in [0, 1) and the same for the same seed, is at least `from` and below `to`. */
        readonly from: number;
        readonly to: number;
        readonly seed: number;
      }
    | { readonly kind: "alias"; readonly input: Plan; readonly name: string }
    /** Spark SQL over the input, which it calls `__input`. */
    | { readonly kind: "query"; readonly input: Plan; readonly text: string }
    /** The columns of that schema, matched by name. */
    | { readonly kind: "to-schema"; readonly input: Plan; readonly schema: StructType }
    | {
        readonly kind: "with-metadata";
        readonly input: Plan;
        readonly column: string;
        readonly metadata: Readonly<Record<string, unknown>>;
      }
    | {
        readonly kind: "unpivot";
        readonly input: Plan;
        /** Spark SQL of a select list. */
        readonly ids: readonly string[];
        /** All columns that are no ids where absent. */
        readonly values?: readonly { readonly name: string; readonly expression: string }[];
        /** Names of the column of names and of the column of values. */
        readonly names: readonly [string, string];
      }
    | { readonly kind: "transpose"; readonly input: Plan; readonly index?: string }
    | {
        readonly kind: "lateral-join";
        readonly input: Plan;
        /** Spark SQL in parentheses. */
        readonly subquery: string;
        readonly type: "inner" | "left" | "cross";
        readonly on?: string;
      }
    | {
        readonly kind: "na-fill";
        readonly input: Plan;
        readonly values: readonly {
          readonly column?: string;
          readonly value: string | number | boolean | bigint;
          /** True where the value is cast to the column's type, whatever its own. */
          readonly cast?: true;
        }[];
      }
    | {
        readonly kind: "na-drop";
        readonly input: Plan;
        readonly minNonNulls: "any" | "all" | number;
        readonly columns?: readonly string[];
      }
    | {
        readonly kind: "na-replace";
        readonly input: Plan;
        readonly replacements: readonly (readonly [string, string])[];
        readonly columns?: readonly string[];
      }
    | {
        readonly kind: "describe";
        readonly input: Plan;
        readonly columns: readonly string[];
        readonly statistics: readonly string[];
      }
  );
