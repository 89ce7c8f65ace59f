/** `createDataFrame` of Arrow: a table or the bytes of a stream as a relation of the engine. */
import type { Table } from "apache-arrow";
import type { Engine } from "../../engine/engine.js";
import type { Relation } from "../../sql/relation.js";

export async function arrowRelation(engine: Engine, rows: Table | Uint8Array): Promise<Relation> {
  const arrow = await import("apache-arrow");
  const table = rows instanceof Uint8Array ? arrow.tableFromIPC(rows) : rows;
  const plain = withoutDictionaries(table, arrow);
  const ipc = plain === table && rows instanceof Uint8Array ? rows : arrow.tableToIPC(plain, "stream");
  const { name, schema } = await engine.registerArrow(ipc);
  const output = schema.fields.map(({ name: column, dataType, nullable }) => ({
    name: column,
    dataType,
    nullable,
    engineName: column,
    qualifiers: [],
  }));
  return { sql: name, output };
}

/** The engine's way in takes no dictionaries: their values are written out. */
function withoutDictionaries(table: Table, arrow: typeof import("apache-arrow")): Table {
  if (!table.schema.fields.some((one) => arrow.DataType.isDictionary(one.type))) return table;
  const columns = table.schema.fields.map((field, i) => {
    const vector = table.getChildAt(i);
    if (!vector || !arrow.DataType.isDictionary(field.type)) return [field.name, vector] as const;
    return [field.name, arrow.vectorFromArray([...vector], field.type.dictionary)] as const;
  });
  return new arrow.Table(Object.fromEntries(columns.flatMap(([name, vector]) => (vector ? [[name, vector]] : []))));
}
