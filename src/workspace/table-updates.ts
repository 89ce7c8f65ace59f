/** When the data of tables last changed: a compaction, a checkpoint or a new property is no update. */

import { qualify } from "../catalog/table-identifier.js";
import { WarehouseCatalog } from "../catalog/warehouse-catalog.js";
import { parseActions } from "../delta/commit-file.js";
import { listLog } from "../delta/log-listing.js";
import type { TableUpdate } from "../jobs/run/run-trigger.js";
import { LocalStorage } from "../storage/local-storage.js";

const CURRENT = { catalog: "main", schema: "default" };
const NAME_PART = /`((?:[^`]|``)+)`|[^.`]+/g;

/** Looks into logs again only where a table has a new version. */
export class TableUpdates {
  readonly #storage = new LocalStorage();
  readonly #catalog: WarehouseCatalog;
  readonly #known = new Map<string, { readonly latest: number; readonly update: TableUpdate }>();

  constructor(warehouse: string) {
    this.#catalog = new WarehouseCatalog(this.#storage, warehouse);
  }

  /** The last version of each table in which data changed; tables that do not exist are left out. */
  async of(names: readonly string[]): Promise<readonly TableUpdate[]> {
    const updates = await Promise.all(names.map((name) => this.#updateOf(name)));
    return updates.filter((one) => one !== undefined);
  }

  async #updateOf(name: string): Promise<TableUpdate | undefined> {
    const parts = [...name.matchAll(NAME_PART)].map(([whole, quoted]) => quoted?.replaceAll("``", "`") ?? whole);
    const entry = await this.#catalog.lookup(qualify(parts, CURRENT));
    if (entry?.kind !== "table") return undefined;
    const { commits } = await listLog(this.#storage, entry.location);
    const latest = commits.at(-1)?.version;
    const known = this.#known.get(name);
    if (latest === undefined || known?.latest === latest) return known?.update;
    for (const { version, path, modifiedAt } of [...commits].reverse()) {
      // A table that was made anew counts its versions from 0.
      if (known && latest > known.latest && version <= known.latest) return this.#keep(name, latest, known.update);
      if (!changesData(await this.#storage.readText(path), path)) continue;
      return this.#keep(name, latest, { name, version, timestamp: modifiedAt });
    }
    return known?.update;
  }

  #keep(name: string, latest: number, update: TableUpdate): TableUpdate {
    this.#known.set(name, { latest, update });
    return update;
  }
}

function changesData(text: string, path: string): boolean {
  return parseActions(text, path).some(
    (action) => ("add" in action && action.add.dataChange) || ("remove" in action && action.remove.dataChange),
  );
}
