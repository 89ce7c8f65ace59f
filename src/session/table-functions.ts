/** `spark.tvf`: table-valued functions as DataFrames. */
import type { Column } from "../dataframe/column.js";
import type { DataFrame } from "../dataframe/data-frame.js";

/** @example spark.tvf.explode(array(lit(1), lit(2))) // a column `col` */
export class TableValuedFunctions {
  constructor(
    private readonly query: (text: string) => DataFrame,
    readonly range: (start: number | bigint, end?: number | bigint, step?: number | bigint) => DataFrame,
  ) {}

  explode(collection: Column): DataFrame {
    return this.#rows("explode", [collection]);
  }
  explode_outer(collection: Column): DataFrame {
    return this.#rows("explode_outer", [collection]);
  }
  posexplode(collection: Column): DataFrame {
    return this.#rows("posexplode", [collection]);
  }
  posexplode_outer(collection: Column): DataFrame {
    return this.#rows("posexplode_outer", [collection]);
  }
  /** Rows of an array of structs. */
  inline(structs: Column): DataFrame {
    return this.#rows("inline", [structs]);
  }
  inline_outer(structs: Column): DataFrame {
    return this.#rows("inline_outer", [structs]);
  }
  json_tuple(json: Column, ...fields: Column[]): DataFrame {
    return this.#rows("json_tuple", [json, ...fields]);
  }
  /** `count` rows of the fields. */
  stack(count: Column, ...fields: Column[]): DataFrame {
    return this.#rows("stack", [count, ...fields]);
  }
  variant_explode(variant: Column): DataFrame {
    return this.#table("variant_explode", [variant]);
  }
  variant_explode_outer(variant: Column): DataFrame {
    return this.#table("variant_explode_outer", [variant]);
  }
  sql_keywords(): DataFrame {
    return this.#table("sql_keywords", []);
  }
  collations(): DataFrame {
    return this.#table("collations", []);
  }

  #rows(name: string, columns: readonly Column[]): DataFrame {
    return this.query(`SELECT ${name}(${columns.map((one) => one.text).join(", ")})`);
  }
  #table(name: string, columns: readonly Column[]): DataFrame {
    return this.query(`SELECT * FROM ${name}(${columns.map((one) => one.text).join(", ")})`);
  }
}
