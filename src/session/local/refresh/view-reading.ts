/** What the query of a materialized view reads, and a text by which the same query is known again. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { layoutOf } from "../../../commands/table-changes/changes-between.js";
import type { Plan } from "../../../dataframe/plan.js";
import { asksForFile } from "../../../dataframe/plan-text.js";
import type { Snapshot } from "../../../delta/contract.js";
import type { FileSource, OpenedFiles } from "../../../engine/engine.js";
import type { StructType } from "../../../schema/data-type.js";
import { schemaToJson } from "../../../schema/schema-json.js";
import type { Relation } from "../../../sql/relation.js";
import { queryOf } from "../compiled-plan.js";
import { withUnknownFile } from "../file-metadata.js";
import { FileSources, type NamedTable } from "../opened-files.js";
import { PlanCompiler } from "../plan-compiler.js";
import type { Runtime } from "../runtime.js";
import { asksClock, pinnedRuntime } from "./pinned-runtime.js";

export interface ViewReading {
  /** Newest snapshots of the tables that are read, by location: the refresh reads these, whatever is committed meanwhile. */
  readonly snapshots: ReadonlyMap<string, Snapshot>;
  /** Of the query as it is compiled: views, functions and configuration that it depends on are in it. */
  readonly query: string;
  /** Of the schemas of the tables. */
  readonly schemas: string;
  readonly schema: StructType;
  /** Of the files that are read: their paths, sizes and times; undefined where there is none. */
  readonly files: string | undefined;
  /** Why the same tables and files need not give the same rows again, in words. */
  readonly unstable: string | undefined;
  /** True where rows say from which file they are. */
  readonly asksForFile: boolean;
  /** Why what changed in the tables does not tell what changes in the rows, in words. */
  readonly indivisible: string | undefined;
}

/** Compiles the query with a name in the place of each table's rows; nothing is read of them. */
export async function viewReading(runtime: Runtime, plan: Plan): Promise<ViewReading> {
  const pinned = pinnedRuntime(runtime);
  const withFile = asksForFile(plan);
  const files = new Set<string>();
  const sources = new FileSources(runtime.engine, undefined, {
    table: placeholder,
    files: (source, opened) => {
      for (const { path } of opened.files) files.add(path);
      return placeholderOfFiles(source, opened);
    },
  });
  try {
    const compiler = new PlanCompiler(pinned.runtime, sources, withFile);
    const { sql, schema } = queryOf((await compiler.compile(plan)).relation);
    const snapshots = await sources.snapshots();
    const tables = [...snapshots].sort(([one], [other]) => (one < other ? -1 : 1));
    return {
      snapshots,
      query: digest(`${runtime.state.timeZone}\n${sql}\n${schemaToJson(schema)}`),
      schemas: digest(tables.map(([, one]) => `${one.metadata.id} ${layoutOf(one.metadata)}`).join("\n")),
      schema,
      files: files.size === 0 ? undefined : digest(await stateOf([...files])),
      unstable: unstableBecause(sql, pinned.called),
      asksForFile: withFile,
      indivisible:
        files.size > 0
          ? "it reads files, which have no versions"
          : withFile
            ? "it asks for the file of a row, which OPTIMIZE changes"
            : undefined,
    };
  } finally {
    await sources.close();
  }
}

export function placeholder({ location, snapshot, travels, qualifiers, withFile }: NamedTable): Relation {
  const version = travels ? `@${snapshot.version}` : "";
  const output = snapshot.schema.fields.map(({ name, dataType, nullable }) => ({
    name,
    dataType,
    nullable,
    engineName: name,
    qualifiers,
  }));
  const relation = { sql: `"table ${snapshot.metadata.id}${version} ${location}"`, output };
  return withFile ? withUnknownFile(relation, qualifiers) : relation;
}

/** Rows that are known by what is asked of the files; relations of this process are not in it. */
function placeholderOfFiles({ schema, ...source }: FileSource, opened: OpenedFiles): OpenedFiles {
  const asked = JSON.stringify([source, schema && schemaToJson(schema)]);
  return {
    schema: opened.schema,
    files: opened.files,
    sql: () => `"files ${digest(asked)}"`,
    settle: () => opened.settle(),
    malformed: () => opened.malformed(),
    close: () => opened.close(),
  };
}

/** One that was put in the place of another has another time of change, even where it was given the other's size and time. */
async function stateOf(paths: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const path of [...paths].sort()) {
    const { size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    lines.push(JSON.stringify([path, String(size), String(mtimeNs), String(ctimeNs)]));
  }
  return lines.join("\n");
}

function unstableBecause(sql: string, called: ReadonlySet<string>): string | undefined {
  const [first] = called;
  if (first !== undefined) return `it calls the function ${first} of the session, of which nothing is known`;
  if (asksClock(sql)) return "it asks for the current time or date";
  // Names of places and texts of the user mean nothing here.
  const code = sql.replace(/"(?:table|files) [^"]*"|'(?:[^']|'')*'/g, "''");
  if (VOLATILE.test(code)) return "it calls a function that is not deterministic";
  // Relations of this process: rows that a DataFrame was created from, and the like.
  if (/\blakelet_(?!c\d+\b)/.test(code)) return "it reads rows that are in no table";
  return undefined;
}

/** As the engine's functions are called. */
const VOLATILE = /\b(?:random|uuid|gen_random_uuid|setseed|nextval)\(|\brow_number\(\) OVER \(\)/i;

/** 52 bits, which the version of a transaction can be. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 13);
}
