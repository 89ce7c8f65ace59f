/** A session that dies at one of its changing calls of the storage, before or after it, as a process does that is killed: nothing is cleaned up. */
import { WarehouseCatalog } from "../../../src/catalog/warehouse-catalog.js";
import { Runtime } from "../../../src/session/local/runtime.js";
import { SessionState } from "../../../src/session/local/session-state.js";
import { LocalSession } from "../../../src/session/local-session.js";
import type { Storage } from "../../../src/storage/storage.js";

export class Killed extends Error {}

const CHANGING: ReadonlySet<PropertyKey> = new Set<keyof Storage>([
  "putIfAbsent",
  "replace",
  "sync",
  "createFolder",
  "rename",
  "delete",
  "copy",
  "deleteEmptyFolder",
  "deleteFolder",
]);

export interface Death {
  /** The changing call at which it comes, from 1. */
  readonly at: number;
  readonly after: boolean;
}

/** On the engine of another session, on the same warehouse; without a death it lives. */
export function mortalSession(living: LocalSession, death?: Death): LocalSession {
  const { options, engine, catalog, paths, storage } = living.runtime;
  const mortal = death === undefined ? storage : dying(storage, death);
  const own = new WarehouseCatalog(mortal, catalog.warehouse);
  return new LocalSession(new Runtime(options, engine, mortal, own, paths, new SessionState(options)));
}

function dying(storage: Storage, { at, after }: Death): Storage {
  let calls = 0;
  let isDead = false;
  return new Proxy(storage, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return async (...args: readonly unknown[]) => {
        if (isDead) throw new Killed();
        if (!CHANGING.has(name)) return member.apply(target, args);
        calls += 1;
        if (calls < at) return member.apply(target, args);
        isDead = true;
        if (after) await member.apply(target, args);
        throw new Killed();
      };
    },
  });
}
