/** The files that a query reads, kept until the query has run and its malformed lines are known. */
import type { Engine, FileSource, MalformedLine, OpenedFiles } from "../../engine/engine.js";
import { field, LONG, STRING, struct, TIMESTAMP } from "../../schema/data-type.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import type { Attribute, Relation } from "../../sql/relation.js";

/** Fields of the hidden `_metadata` column, as Spark has them. */
const METADATA_TYPE = struct([
  field("file_path", STRING, false),
  field("file_name", STRING, false),
  field("file_size", LONG, false),
  field("file_modification_time", TIMESTAMP, false),
]);

/** One query's file sources. Opening the same source twice gives the same one. */
export class FileSources {
  private readonly opened = new Map<string, Promise<OpenedFiles>>();

  constructor(private readonly engine: Engine) {}

  open(source: FileSource): Promise<OpenedFiles> {
    const key = JSON.stringify(source);
    const known = this.opened.get(key) ?? this.engine.openFiles(source);
    this.opened.set(key, known);
    return known;
  }

  /** After a run: "again" if any source found out that its rows were not right yet. */
  async settle(): Promise<"final" | "again"> {
    let result: "final" | "again" = "final";
    for (const files of await this.all()) {
      if ((await files.settle()) === "again") result = "again";
    }
    return result;
  }

  async malformed(): Promise<readonly MalformedLine[]> {
    return (await Promise.all((await this.all()).map((files) => files.malformed()))).flat();
  }

  async close(): Promise<void> {
    for (const files of await this.all()) await files.close();
    this.opened.clear();
  }

  get isEmpty(): boolean {
    return this.opened.size === 0;
  }

  private all(): Promise<readonly OpenedFiles[]> {
    return Promise.all(this.opened.values());
  }
}

/** A file source as a relation: its columns, and hidden `_metadata` where the query asks for the file. */
export function fileRelation(files: OpenedFiles, withFile: boolean): Relation {
  const output: Attribute[] = files.schema.fields.map((one) => ({
    name: one.name,
    dataType: one.dataType,
    nullable: one.nullable,
    engineName: one.name,
    qualifiers: [],
  }));
  if (!withFile) return { sql: files.sql(), output };
  const columns = files.schema.fields.map((one) => `f.${engineName(one.name)}`);
  const facts = files.files.map(
    (one) =>
      `(${engineString(one.path)}, ${one.size}::BIGINT, TIMESTAMPTZ ${engineString(new Date(one.modifiedAt).toISOString())})`,
  );
  const uri = (path: string) => `'file://' || ${path}`;
  const metadata = `struct_pack("file_path" := ${uri("m.p")}, "file_name" := parse_filename(m.p), "file_size" := m.s, "file_modification_time" := m.t)`;
  const from = `${files.sql()} AS f LEFT JOIN (VALUES ${facts.length > 0 ? facts.join(", ") : "(NULL::VARCHAR, NULL::BIGINT, NULL::TIMESTAMPTZ)"}) AS m(p, s, t) ON m.p = f.__file_path`;
  return {
    sql: `(SELECT ${[...columns, `${uri("f.__file_path")} AS "__file_path"`, `${metadata} AS "_metadata"`].join(", ")} FROM ${from})`,
    output: [
      ...output,
      {
        name: "_metadata",
        dataType: METADATA_TYPE,
        nullable: false,
        engineName: "_metadata",
        qualifiers: [],
        hidden: true,
      },
    ],
    fileName: "__file_path",
  };
}
