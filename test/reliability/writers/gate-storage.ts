/** Storage that stops an operation at a phase until another one has run. */
import type { PutResult, Storage } from "../../../src/storage/storage.js";

/**
 * read: the operation knows its snapshot, and has written nothing. staged: its data files are written. commit: it is about to put its version;
 * an operation without data files has this phase only.
 */
export type Phase = "read" | "staged" | "commit";
export const PHASES: readonly Phase[] = ["read", "staged", "commit"];

export interface Gate {
  readonly phase: Phase;
  /** Run once, when the phase is reached. */
  readonly work: () => Promise<void>;
}

/** The storage with what happens at the gate; everything else goes through. */
export function gateStorage(storage: Storage, gate: () => Gate | undefined, opened: () => void): Storage {
  const reach = async (phase: Phase): Promise<void> => {
    const current = gate();
    if (current?.phase !== phase) return;
    opened();
    await current.work();
  };
  const gated: Partial<Storage> = {
    async sync(paths, root) {
      await reach("staged");
      await storage.sync(paths, root);
    },
    async putIfAbsent(path, content): Promise<PutResult> {
      if (/\d{20}\.json$/.test(path)) await reach("commit");
      return storage.putIfAbsent(path, content);
    },
  };
  return new Proxy(storage, {
    get(own, name: keyof Storage) {
      const method = gated[name] ?? own[name];
      return typeof method === "function" ? method.bind(own) : method;
    },
  });
}
