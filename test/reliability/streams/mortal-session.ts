/** A session that dies at one of its changing calls of the storage, before or after it, as a process does that is killed: nothing is cleaned up. */
import { WarehouseCatalog } from "../../../src/catalog/warehouse-catalog.js";
import { Runtime } from "../../../src/session/local/runtime.js";
import { SessionState } from "../../../src/session/local/session-state.js";
import { LocalSession } from "../../../src/session/local-session.js";
import { type Death, mortalStorage } from "../mortal-storage.js";

/** On the engine of another session, on the same warehouse; without a death it lives. */
export function mortalSession(living: LocalSession, death?: Death): LocalSession {
  const { options, engine, catalog, paths, storage } = living.runtime;
  const mortal = death === undefined ? storage : mortalStorage(storage, death).storage;
  const own = new WarehouseCatalog(mortal, catalog.warehouse);
  return new LocalSession(new Runtime(options, engine, mortal, own, paths, new SessionState(options)));
}
