/** What the query of a materialized view reads, and a text by which the same query is known again. */
import { createHash } from "node:crypto";
import { layoutOf } from "../../../commands/table-changes/changes-between.js";
import type { Plan } from "../../../dataframe/plan.js";
import { asksForFile } from "../../../dataframe/plan-text.js";
import type { Snapshot } from "../../../delta/contract.js";
import type { StructType } from "../../../schema/data-type.js";
import { schemaToJson } from "../../../schema/schema-json.js";
import { queryOf } from "../compiled-plan.js";
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
  /** Why the same tables need not give the same rows again, in words. */
  readonly unstable: string | undefined;
}

/** Compiles the query with a name in the place of each table's rows; nothing is read of them. */
export async function viewReading(runtime: Runtime, plan: Plan): Promise<ViewReading> {
  const pinned = pinnedRuntime(runtime);
  const sources = new FileSources(runtime.engine, undefined, { table: placeholder });
  try {
    const compiler = new PlanCompiler(pinned.runtime, sources, asksForFile(plan));
    const { sql, schema } = queryOf((await compiler.compile(plan)).relation);
    const snapshots = await sources.snapshots();
    const tables = [...snapshots].sort(([one], [other]) => (one < other ? -1 : 1));
    return {
      snapshots,
      query: digest(`${runtime.state.timeZone}\n${sql}\n${schemaToJson(schema)}`),
      schemas: digest(tables.map(([, one]) => `${one.metadata.id} ${layoutOf(one.metadata)}`).join("\n")),
      schema,
      unstable: asksForFile(plan)
        ? "it asks for the file of a row, which OPTIMIZE changes"
        : unstableBecause(sql, sources, pinned.called),
    };
  } finally {
    await sources.close();
  }
}

export function placeholder({ location, snapshot, travels, qualifiers }: NamedTable) {
  const version = travels ? `@${snapshot.version}` : "";
  const output = snapshot.schema.fields.map(({ name, dataType, nullable }) => ({
    name,
    dataType,
    nullable,
    engineName: name,
    qualifiers,
  }));
  return { sql: `"table ${snapshot.metadata.id}${version} ${location}"`, output };
}

function unstableBecause(sql: string, sources: FileSources, called: ReadonlySet<string>): string | undefined {
  if (!sources.isEmpty) return "it reads files, which have no versions";
  const [first] = called;
  if (first !== undefined) return `it calls the function ${first} of the session, of which nothing is known`;
  if (asksClock(sql)) return "it asks for the current time or date";
  if (VOLATILE.test(sql)) return "it calls a function that is not deterministic";
  // Relations of this process: rows that a DataFrame was created from, and the like.
  if (/\blakelet_(?!c\d+\b)/.test(sql)) return "it reads rows that are in no table";
  return undefined;
}

/** As the engine's functions are called. */
const VOLATILE = /\b(?:random|uuid|gen_random_uuid|setseed|nextval)\(|\brow_number\(\) OVER \(\)/i;

/** 52 bits, which the version of a transaction can be. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 13);
}
