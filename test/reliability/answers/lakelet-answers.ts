/** lakelet under the suites that compare answers of expressions: statements over one table that stays in the engine. */
import { createEngine } from "../../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../../src/engine/engine.js";
import { typeText } from "../../../src/schema/type-text.js";
import { compileQuery } from "../../../src/sql/analysis/compile-query.js";
import type { CompiledQuery, CompileOptions } from "../../../src/sql/compiler.js";
import { engineLibrary } from "../../../src/sql/functions/library.js";
import { loadParser, parseQuery } from "../../../src/sql/parse/parse.js";
import type { Attribute, Relation } from "../../../src/sql/relation.js";
import { type Answer, encode } from "../../golden/replay.js";

export class LakeletAnswers {
  private readonly tables = new Map<string, Relation>();
  private readonly counts = new Map<string, number>();
  private readonly options: CompileOptions;

  private constructor(private readonly engine: Engine) {
    let seed = 0;
    this.options = {
      context: {
        timeZone: "UTC",
        now: BigInt(Date.now()) * 1000n,
        currentCatalog: "spark_catalog",
        currentSchema: "default",
        currentUser: "tester",
        seed: () => ++seed,
      },
      resolver: {
        table: ({ name }) => {
          const relation = this.tables.get(name.at(-1) ?? "");
          return relation ? Promise.resolve(relation) : Promise.reject(new Error(`no table ${name.join(".")}`));
        },
        tableFunction: () => Promise.resolve(undefined),
      },
    };
  }

  static async open(): Promise<LakeletAnswers> {
    await loadParser();
    return new LakeletAnswers(await createEngine({ library: engineLibrary, threads: 1 }));
  }

  /** The query's rows become a table of the engine, of that name, and each row one of its own, `<name>_<row>`. */
  async keep(name: string, query: string): Promise<void> {
    const { sql, output } = await compileQuery(parseQuery(query), this.options);
    await this.engine.run(`CREATE TABLE "${name}" AS ${sql}`);
    const { rows } = await this.engine.run(`SELECT 1 FROM "${name}"`);
    for (const row of rows.keys()) {
      await this.engine.run(`CREATE TABLE "${name}_${row + 1}" AS FROM "${name}" LIMIT 1 OFFSET ${row}`);
      this.add(`${name}_${row + 1}`, output);
    }
    this.counts.set(name, rows.length);
    this.add(name, output);
  }
  private add(name: string, output: readonly Attribute[]): void {
    this.tables.set(name, { sql: `"${name}"`, output: output.map((one) => ({ ...one, qualifiers: [[name]] })) });
  }

  /** The query's answer; where it fails while it runs over all rows of the table, `rows` has the answer for each row alone. */
  async answer(sql: string, table?: string): Promise<Answer & { readonly rowByRow?: readonly Answer[] }> {
    let compiled: CompiledQuery;
    try {
      compiled = await compileQuery(parseQuery(sql), this.options);
    } catch (error) {
      return { error };
    }
    const whole = await this.run(compiled, compiled.sql);
    const count = table === undefined ? undefined : this.counts.get(table);
    if (!("error" in whole) || count === undefined) return whole;
    const rowByRow: Answer[] = [];
    for (let row = 1; row <= count; row++) {
      rowByRow.push(await this.run(compiled, compiled.sql.replaceAll(`"${table}"`, `"${table}_${row}"`)));
    }
    return { ...whole, rowByRow };
  }

  private async run({ output }: CompiledQuery, sql: string): Promise<Answer> {
    try {
      const { rows } = await this.engine.run(sql);
      return {
        schema: output.map((one) => ({ name: one.name, type: typeText(one.dataType) })),
        rows: rows.map((row) => row.map((value, i) => encode(value, output[i]?.dataType ?? { kind: "void" }))),
      };
    } catch (error) {
      return { error };
    }
  }

  close(): Promise<void> {
    return this.engine.close();
  }
}
