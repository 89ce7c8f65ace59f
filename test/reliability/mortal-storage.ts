/** A disk that a process can use until it dies at one of its changing calls, before or after it: nothing is cleaned up, and nothing that it does later has any effect. */
import type { Storage } from "../../src/storage/storage.js";

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

export interface MortalStorage {
  readonly storage: Storage;
  readonly isDead: () => boolean;
}

export function mortalStorage(living: Storage, { at, after }: Death): MortalStorage {
  let calls = 0;
  let isDead = false;
  const storage = new Proxy(living, {
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
  return { storage, isDead: () => isDead };
}
