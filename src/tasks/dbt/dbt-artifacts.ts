/** What dbt leaves behind a command: its manifest of nodes, and how each of them went. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** A table or view by dbt's three names. */
export interface DbtRelation {
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
}

export interface DbtNode {
  readonly id: string;
  readonly type: "model" | "seed" | "snapshot" | "source" | "test" | "unit_test" | string;
  readonly name: string;
  readonly relation: DbtRelation;
  readonly materialized: string;
  readonly dependsOn: readonly string[];
  /** Of a test: the node that it is about. */
  readonly attachedTo: string | undefined;
  /** From the project's folder. */
  readonly file: string;
  readonly code: string;
  readonly partitionBy: readonly string[];
}

export type DbtManifest = ReadonlyMap<string, DbtNode>;

export interface DbtResult {
  readonly id: string;
  /** `success`, `error`, `skipped`; of a test `pass`, `fail`, `warn`. */
  readonly status: string;
  readonly message: string | null;
  readonly failures: number | null;
  readonly seconds: number;
}

interface RawNode {
  readonly unique_id: string;
  readonly resource_type: string;
  readonly name: string;
  readonly database?: string | null;
  readonly schema?: string | null;
  readonly alias?: string;
  readonly identifier?: string;
  readonly config?: {
    readonly materialized?: string;
    readonly partition_by?: string | readonly unknown[] | null;
    readonly meta?: unknown;
  };
  readonly depends_on?: { readonly nodes?: readonly string[] };
  readonly attached_node?: string | null;
  readonly original_file_path?: string;
  readonly raw_code?: string;
}

/** Undefined where no command has made one. */
export function readManifest(target: string): DbtManifest | undefined {
  const file = join(target, "manifest.json");
  if (!existsSync(file)) return undefined;
  const raw = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, Readonly<Record<string, RawNode>>>>;
  const all = [raw.nodes, raw.sources, raw.unit_tests].flatMap((nodes) => Object.values(nodes ?? {}));
  return new Map(all.map((one) => [one.unique_id, nodeOf(one)]));
}

function nodeOf(raw: RawNode): DbtNode {
  const by = raw.config?.partition_by;
  const partitions = typeof by === "string" ? [by] : (by ?? []);
  return {
    id: raw.unique_id,
    type: raw.resource_type,
    name: raw.name,
    relation: {
      catalog: raw.database ?? "",
      schema: raw.schema ?? "",
      name: raw.identifier ?? raw.alias ?? raw.name,
    },
    materialized: raw.config?.materialized ?? "",
    dependsOn: raw.depends_on?.nodes ?? [],
    attachedTo: raw.attached_node ?? undefined,
    file: raw.original_file_path ?? "",
    code: raw.raw_code ?? "",
    partitionBy: partitions.filter((one) => typeof one === "string"),
  };
}

interface RawResult {
  readonly unique_id: string;
  readonly status: string;
  readonly message?: string | null;
  readonly failures?: number | null;
  readonly execution_time?: number;
}

/** Of the command that ran since then; none where it wrote none. @param since milliseconds since 1970 */
export function readResults(target: string, since: number): readonly DbtResult[] | undefined {
  const file = join(target, "run_results.json");
  if (!existsSync(file) || statSync(file).mtimeMs < since) return undefined;
  const { results } = JSON.parse(readFileSync(file, "utf8")) as { readonly results: readonly RawResult[] };
  return results.map((one) => ({
    id: one.unique_id,
    status: one.status,
    message: one.message ?? null,
    failures: one.failures ?? null,
    seconds: one.execution_time ?? 0,
  }));
}
