/** What a materialized view remembers of the refresh that made its rows: `txn` actions in the commit of these rows. */
import type { Action } from "../../../delta/actions.js";
import type { DeltaLog, Snapshot } from "../../../delta/contract.js";
import { digest } from "./view-reading.js";

/** Application id of what is remembered; the flow and what it is follow. */
const MEMORY = "lakelet.refresh/";

/** Of what the rows were made. */
export interface ViewOrigin {
  /** 52 bits in hexadecimal digits: the query, the schemas of its tables, and the definition and expectations of the view. */
  readonly query: string;
  readonly schemas: string;
  readonly definition: string;
  /** Of the files; undefined where none is read. */
  readonly files: string | undefined;
  /** Versions of the tables that were read, by table id. */
  readonly versions: ReadonlyMap<string, number>;
}

export interface ViewMemory extends ViewOrigin {
  /** The view's version when the refresh looked at it; its commit is a later one. */
  readonly before: number;
}

export function versionsOf(snapshots: ReadonlyMap<string, Snapshot>): ReadonlyMap<string, number> {
  return new Map([...snapshots.values()].map((one) => [one.metadata.id, one.version]));
}

/** @param before the version of the view that the commit builds on; -1 where it creates the view */
export function memoryOf(flow: string, origin: ViewOrigin, before: number) {
  const own = (what: string, version: number) => ({ appId: `${MEMORY}${flow}/${what}`, version });
  return [
    own("query", Number.parseInt(origin.query, 16)),
    own("schemas", Number.parseInt(origin.schemas, 16)),
    own("definition", Number.parseInt(origin.definition, 16)),
    // A version is not negative, and that before the first one is.
    own("before", before + 1),
    ...(origin.files === undefined ? [] : [own("files", Number.parseInt(origin.files, 16))]),
    ...[...origin.versions].map(([id, version]) => own(`table/${id}`, version)),
  ];
}

/** Undefined where the flow has never refreshed the view. */
export async function remembered(snapshot: Snapshot | undefined, flow: string): Promise<ViewMemory | undefined> {
  if (snapshot === undefined) return undefined;
  const prefix = `${MEMORY}${flow}/`;
  const own = new Map(
    [...(await snapshot.transactions()).values()]
      .filter(({ appId }) => appId.startsWith(prefix))
      .map(({ appId, version }) => [appId.slice(prefix.length), version]),
  );
  const [query, schemas, definition, before] = ["query", "schemas", "definition", "before"].map((one) => own.get(one));
  if (query === undefined || schemas === undefined || definition === undefined || before === undefined)
    return undefined;
  const versions = new Map(
    [...own].flatMap(([what, version]) => (what.startsWith("table/") ? [[what.slice("table/".length), version]] : [])),
  );
  const files = own.get("files");
  return {
    files: files === undefined ? undefined : hexadecimal(files),
    query: hexadecimal(query),
    schemas: hexadecimal(schemas),
    definition: hexadecimal(definition),
    before: before - 1,
    versions,
  };
}

function hexadecimal(digits: number): string {
  return digits.toString(16).padStart(digest("").length, "0");
}

/** True where a commit after the refresh, by somebody else, changed the view's rows or its definition. */
export async function wasTouched(log: DeltaLog, snapshot: Snapshot, flow: string, { before }: ViewMemory) {
  const prefix = `${MEMORY}${flow}/`;
  for (let version = before + 1; version <= snapshot.version; version += 1) {
    const actions = await log.commit(version);
    const isOwn = actions.some((one) => "txn" in one && one.txn.appId.startsWith(prefix));
    if (!isOwn && actions.some(changesRows)) return true;
  }
  return false;
}

/** True for an action after which a table has other rows, or rows that mean something else. */
function changesRows(action: Action): boolean {
  if ("add" in action) return action.add.dataChange;
  if ("remove" in action) return action.remove.dataChange;
  return "metaData" in action || "cdc" in action;
}
