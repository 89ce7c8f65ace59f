/** The files of many commits in a table of the engine, where those that a query cannot need are skipped without parsing each one's statistics. */
import type { Engine } from "../engine/engine.js";
import { field, STRING, struct } from "../schema/data-type.js";
import type { AddFile } from "./actions.js";
import type { ActionRelation } from "./checkpoint-shape.js";

const COLUMNS = struct([field("path", STRING), field("stats", STRING), field("partition", STRING)]);

/** Tables of indexes that nobody can reach any more are dropped. */
const abandoned = new FinalizationRegistry<{ readonly engine: Engine; readonly table: string }>(({ engine, table }) => {
  // An engine that is closed has none.
  engine.drop(table).catch(() => undefined);
});

export class TailIndex {
  private constructor(
    private readonly engine: Engine,
    private readonly relation: ActionRelation,
    private readonly files: readonly AddFile[],
  ) {}

  get size(): number {
    return this.files.length;
  }

  static async build(engine: Engine, files: readonly AddFile[]): Promise<TailIndex> {
    const rows = files.map((file, i) => [`${i}`, file.stats ?? null, JSON.stringify(file.partitionValues)]);
    const registered = await engine.register(rows, COLUMNS);
    try {
      const values = `from_json(partition, '"MAP(VARCHAR, VARCHAR)"')`;
      const action = `struct_pack(path := path, "partitionValues" := ${values}, stats := stats)`;
      const table = await engine.materialize(`SELECT ${action} AS "add" FROM ${registered}`);
      const index = new TailIndex(engine, await relationOf(engine, table), files);
      abandoned.register(index, { engine, table });
      return index;
    } finally {
      await engine.drop(registered);
    }
  }

  /** @param skip Makes of the relation one with the files of interest; the others may come all the same. */
  async *adds(skip: (relation: ActionRelation) => ActionRelation): AsyncGenerator<readonly AddFile[]> {
    // The place of a file stands for its path.
    for await (const { rows } of this.engine.stream(`SELECT "add".path FROM ${skip(this.relation).sql}`)) {
      yield rows.flatMap(([place]) => this.files[Number(place)] ?? []);
    }
  }
}

async function relationOf(engine: Engine, table: string): Promise<ActionRelation> {
  return { sql: table, columns: await engine.describe(`SELECT * FROM ${table}`), source: table };
}
