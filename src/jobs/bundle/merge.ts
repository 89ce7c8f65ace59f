/** Puts configuration over configuration, as `databricks bundle` does: objects key by key, lists one after the other. */
import { child, type Located, type LocatedList, type LocatedMap, withEntries } from "./located.js";

/** Told of two values that do not go together, e.g. a list over an object. */
export type OnMismatch = (under: Located, over: Located) => void;

export function merge(under: Located | undefined, over: Located | undefined, onMismatch: OnMismatch): Located {
  if (under === undefined || isNull(under)) return over ?? under ?? fail();
  if (over === undefined || isNull(over)) return under;
  if (under.kind === "map" && over.kind === "map") {
    const entries = new Map(under.entries);
    for (const [key, value] of over.entries) entries.set(key, merge(entries.get(key), value, onMismatch));
    return { ...under, entries };
  }
  if (under.kind === "list" && over.kind === "list") return { ...under, items: [...under.items, ...over.items] };
  // The CLI puts targets over before it looks at references: one stands for a list or an object alone, not for a part of it.
  if (under.kind !== over.kind) onMismatch(under, over);
  return over;
}

function fail(): never {
  throw new Error("two values that are not there were merged");
}

function isNull(tree: Located): boolean {
  return tree.kind === "scalar" && tree.value === null;
}

/** The lists of a job whose entries are the same thing where they have the same key. */
const KEYED_LISTS: Readonly<Record<string, string>> = {
  tasks: "task_key",
  job_clusters: "job_cluster_key",
  parameters: "name",
  environments: "environment_key",
};

/** Makes one entry of those with the same key: what a target says about a task is put over what the job says. */
export function mergeKeyedLists(job: LocatedMap, onMismatch: OnMismatch): LocatedMap {
  const changes = Object.entries(KEYED_LISTS).flatMap(([name, key]): [string, Located][] => {
    const list = job.entries.get(name);
    return list?.kind === "list" ? [[name, byKey(list, key, onMismatch)]] : [];
  });
  return withEntries(job, Object.fromEntries(changes));
}

function byKey(list: LocatedList, key: string, onMismatch: OnMismatch): LocatedList {
  const groups = new Map<unknown, Located>();
  for (const [i, item] of list.items.entries()) {
    const named = child(item, key);
    // One without its key stays for itself: the schema says what is missing.
    const group = named?.kind === "scalar" && named.value !== null ? String(named.value) : i;
    groups.set(group, merge(groups.get(group), item, onMismatch));
  }
  return { ...list, items: [...groups.values()] };
}
