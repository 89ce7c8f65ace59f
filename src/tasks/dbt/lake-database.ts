/** The database that dbt builds in: the lake's tables are there before, the models are taken from it after. One for each attempt. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";
import { quoteName } from "../../schema/type-text.js";
import type { SparkSession } from "../../session/contract.js";
import type { ProcessEnd } from "../python/python-process.js";
import type { PythonProgram } from "../python/python-server.js";
import type { DbtManifest, DbtNode, DbtRelation } from "./dbt-artifacts.js";
import { SHOW_TABLES, TAKE_MODELS } from "./lake-scripts.js";

export interface LakeDatabaseOptions {
  readonly spark: SparkSession;
  /** Runs a program by the Python that has dbt. */
  readonly run: (program: PythonProgram) => Promise<ProcessEnd>;
  /** Its own; removed with the attempt. */
  readonly folder: string;
  /** The default one. */
  readonly catalog: string;
  readonly threads: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** Rows of a model as they were taken: `added` those that the lake does not have yet, `changed` and `all` every one. */
export interface TakenModel {
  readonly node: DbtNode;
  readonly rows: "all" | "added" | "changed" | "gone";
  readonly count: number;
  /** Parquet. */
  readonly file: string;
}

/** Materializations that dbt changes in place: it needs them as tables. */
const IN_PLACE: readonly string[] = ["incremental", "snapshot", "seed"];
/** Names that DuckDB keeps for itself: another spelling is another name to it, and the same one to its queries. */
const RESERVED: readonly string[] = ["main", "temp"];

export class LakeDatabase {
  readonly #options: LakeDatabaseOptions;
  readonly #shown = new Set<string>();
  /** SQL of the rows that the lake has, by the name of the relation. */
  readonly #sources = new Map<string, string>();
  #known: readonly string[] = [];
  /** Those besides the default one. */
  #catalogs: readonly string[] = [];
  #lakeTables: readonly DbtRelation[] | undefined;
  #requests = 0;

  constructor(options: LakeDatabaseOptions) {
    this.#options = options;
  }

  /** What dbt's profile says: the file of the default catalog, and those of the others. */
  async open(): Promise<{ readonly path: string; readonly attached: readonly { alias: string; path: string }[] }> {
    const { spark, catalog, folder } = this.#options;
    mkdirSync(folder, { recursive: true });
    const known = (await spark.catalog.listCatalogs()).map((one) => one.name.toLowerCase());
    this.#known = known.filter((one) => one !== "system");
    this.#catalogs = this.#known.filter((one) => one !== catalog.toLowerCase());
    return { path: this.#path(catalog), attached: this.#attached() };
  }

  /**
   * Shows dbt each table of the lake that the project names: its sources, what was built before, and tables that its SQL mentions. What it
   * changes in place it gets as a copy, all else as a view over the files.
   */
  async show(manifest: DbtManifest): Promise<void> {
    const wanted = [...(await this.#wanted(manifest))].filter(({ relation }) => !this.#shown.has(keyOf(relation)));
    const objects: LakeObject[] = [];
    for (const { relation, inPlace } of wanted) {
      this.#shown.add(keyOf(relation));
      const sql = (await this.#scanOf(relation)) ?? (await this.#exported(relation));
      this.#sources.set(keyOf(relation), sql);
      objects.push({ ...this.#named(relation), index: objects.length, kind: inPlace ? "TABLE" : "VIEW", sql });
    }
    if (objects.length === 0) return;
    const { refused } = (await this.#ask(SHOW_TABLES, objects)) as { readonly refused: readonly { index: number }[] };
    if (refused.length === 0) return;
    // Another version of the engine: it is given copies that every version reads.
    const again: LakeObject[] = [];
    for (const { index } of refused) {
      const relation = wanted[index]?.relation;
      const object = objects[index];
      if (!relation || !object) continue;
      const sql = await this.#exported(relation);
      this.#sources.set(keyOf(relation), sql);
      again.push({ ...object, sql });
    }
    const second = (await this.#ask(SHOW_TABLES, again)) as { readonly refused: readonly { message: string }[] };
    const [left] = second.refused;
    if (left) throw unreadable(left.message);
  }

  /** Takes the models out, in types that Delta tables have. */
  async take(nodes: readonly DbtNode[]): Promise<readonly TakenModel[]> {
    if (nodes.length === 0) return [];
    const folder = join(this.#options.folder, "taken");
    mkdirSync(folder, { recursive: true });
    const objects = nodes.map((node, index) => {
      const before = IN_PLACE.includes(node.materialized) ? this.#sources.get(keyOf(node.relation)) : undefined;
      return { ...this.#named(node.relation), index, file: join(folder, `${index}.parquet`), before };
    });
    const answer = await this.#ask(TAKE_MODELS, objects);
    const { taken } = answer as {
      readonly taken: readonly { index: number; rows: TakenModel["rows"]; count?: number }[];
    };
    return taken.flatMap(({ index, rows, count = 0 }) => {
      const node = nodes[index];
      return node ? [{ node, rows, count, file: objects[index]?.file ?? "" }] : [];
    });
  }

  async #wanted(manifest: DbtManifest): Promise<Iterable<{ relation: DbtRelation; inPlace: boolean }>> {
    this.#lakeTables ??= await this.#listTables();
    const tables = new Map(this.#lakeTables.map((one) => [keyOf(one), one]));
    const wanted = new Map<string, { relation: DbtRelation; inPlace: boolean }>();
    const words = new Set<string>();
    for (const { relation, materialized, code } of manifest.values()) {
      for (const [word] of code.matchAll(/[\p{L}\p{N}_]+/gu)) words.add(word.toLowerCase());
      const key = keyOf(relation);
      if (tables.has(key)) wanted.set(key, { relation, inPlace: IN_PLACE.includes(materialized) });
    }
    for (const [key, relation] of tables) {
      if (!wanted.has(key) && words.has(relation.name.toLowerCase())) wanted.set(key, { relation, inPlace: false });
    }
    return wanted.values();
  }

  async #listTables(): Promise<readonly DbtRelation[]> {
    const { spark } = this.#options;
    const tables: DbtRelation[] = [];
    for (const one of this.#known) {
      const schemas = await spark.execute(`SHOW SCHEMAS IN ${quoteName(one)}`);
      for (const [schema] of schemas.rows) {
        const name = String(schema);
        for (const table of await spark.catalog.listTables(`${quoteName(one)}.${quoteName(name)}`)) {
          if (!table.isTemporary) tables.push({ catalog: one, schema: name, name: table.name });
        }
      }
    }
    return tables;
  }

  /** A view of the lake is Spark SQL: its rows are copied. */
  async #scanOf(relation: DbtRelation): Promise<string | undefined> {
    try {
      return await this.#options.spark.engineScan(textOf(relation));
    } catch {
      return undefined;
    }
  }

  /** A copy of the rows as files that every version of the engine reads. */
  async #exported(relation: DbtRelation): Promise<string> {
    const name = createHash("sha256").update(keyOf(relation)).digest("hex").slice(0, 16);
    const folder = join(this.#options.folder, "shown", name);
    await this.#options.spark.table(textOf(relation)).write.format("parquet").mode("overwrite").save(folder);
    return `(SELECT * FROM read_parquet('${`${folder}/*.parquet`.replaceAll("'", "''")}'))`;
  }

  async #ask(script: string, objects: readonly object[]): Promise<unknown> {
    const { run, folder, catalog, threads, settings } = this.#options;
    const file = join(folder, `request-${this.#requests++}.json`);
    const request = { database: this.#path(catalog), attached: this.#attached(), threads, settings, objects };
    writeFileSync(file, JSON.stringify(request));
    let answer = "";
    const end = await run({
      code: script,
      args: [file],
      emit: (event) => {
        if (event.type === "output" && event.output.kind === "text" && event.output.stream === "stdout")
          answer += event.output.text;
      },
    });
    if (end.code === 0) return JSON.parse(answer) as unknown;
    throw unreadable(end.stderr.trim().split("\n").at(-1) ?? "");
  }

  #path(catalog: string): string {
    return join(this.#options.folder, `${spelled(catalog)}.duckdb`);
  }

  #attached(): readonly { alias: string; path: string }[] {
    return this.#catalogs.map((one) => ({ alias: spelled(one), path: this.#path(one) }));
  }

  #named({ catalog, schema, name }: DbtRelation): DbtRelation {
    return { catalog: spelled(catalog), schema, name };
  }
}

interface LakeObject extends DbtRelation {
  readonly index: number;
  readonly kind: "TABLE" | "VIEW";
  readonly sql: string;
}

function spelled(catalog: string): string {
  return RESERVED.includes(catalog.toLowerCase()) ? catalog.toUpperCase() : catalog;
}

/** Neither the lake nor DuckDB tells names apart by their case. */
function keyOf({ catalog, schema, name }: DbtRelation): string {
  return JSON.stringify([catalog, schema, name]).toLowerCase();
}

/** In Spark's quotes. */
export function textOf({ catalog, schema, name }: DbtRelation): string {
  return [catalog.toLowerCase(), schema, name].map(quoteName).join(".");
}

function unreadable(reason: string): LakeletError {
  return new LakeletError({
    condition: "DBT_DATABASE_FAILED",
    sqlState: "58000",
    problem: "The database that dbt builds in cannot be read or written.",
    reason,
  });
}
