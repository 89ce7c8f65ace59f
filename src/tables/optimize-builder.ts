/** The builder of an OPTIMIZE: partitions first, then how their rows are laid out. */
import type { DataFrame } from "../dataframe/data-frame.js";
import { type Expression, expressionText, quotedPath } from "./expression-text.js";
import type { TableSession } from "./table-session.js";

/**
 * Made by `DeltaTable.optimize`.
 * @example
 * await orders.optimize().where("day >= '2024-01-01'").executeZOrderBy("customer_id");
 */
export class OptimizeBuilder {
  readonly #session: TableSession;
  readonly #name: string;
  readonly #where: string | undefined;

  /** Built by a DeltaTable. */
  constructor(session: TableSession, name: string, where?: string) {
    this.#session = session;
    this.#name = name;
    this.#where = where;
  }

  /** Only the partitions for which the condition is true; it may name partition columns only. */
  where(condition: Expression): OptimizeBuilder {
    const text = expressionText(condition);
    const both = this.#where === undefined ? text : `(${this.#where}) AND (${text})`;
    return new OptimizeBuilder(this.#session, this.#name, both);
  }
  /** Small files become large ones. One row: path, metrics. */
  executeCompaction(): Promise<DataFrame> {
    return this.#session.sql(this.#text(""));
  }
  /** Rows that are near in these columns come to lie near one another. One row: path, metrics. */
  executeZOrderBy(...columns: readonly (string | readonly string[])[]): Promise<DataFrame> {
    return this.#session.sql(this.#text(` ZORDER BY (${columns.flat().map(quotedPath).join(", ")})`));
  }

  #text(tail: string): string {
    return `OPTIMIZE ${this.#name}${this.#where === undefined ? "" : ` WHERE ${this.#where}`}${tail}`;
  }
}
