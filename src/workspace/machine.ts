/** What of this machine one process may use. */
import { availableParallelism, totalmem } from "node:os";

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
  TIB: 1024 ** 4,
};
const LEAST_MEMORY = 256 * 1024 ** 2;
const MOST_PROCESSES = 8;

/** Bytes of `70%`, `4GB`, `512MiB` or a number of bytes; undefined for anything else. */
export function memoryBytes(limit: string | number): number | undefined {
  if (typeof limit === "number") return limit > 0 ? limit : undefined;
  const share = /^(\d+(?:\.\d+)?)\s*%$/.exec(limit.trim());
  if (share) {
    const percent = Number(share[1]);
    return percent > 0 && percent <= 100 ? Math.floor((machineMemory() * percent) / 100) : undefined;
  }
  const size = /^(\d+(?:\.\d+)?)\s*([KMGT]?I?B)$/i.exec(limit.trim());
  const unit = size && UNITS[(size[2] ?? "").toUpperCase()];
  return size && unit ? Math.floor(Number(size[1]) * unit) : undefined;
}

/** Of the container where one sets a limit. */
function machineMemory(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 && constrained < totalmem() ? constrained : totalmem();
}

export interface MachineShare {
  /** Processes at work at once. */
  readonly processes: number;
  /** For each: the engine's text, and threads. */
  readonly memoryLimit: string;
  readonly threads: number;
}

/**
 * @param memory bytes for all
 * @param width most tasks that the job can run at once
 */
export function shareMachine(memory: number, width: number): MachineShare {
  const cores = availableParallelism();
  const processes = Math.max(1, Math.min(width, Math.max(2, cores), MOST_PROCESSES));
  const each = Math.max(LEAST_MEMORY, Math.floor(memory / processes));
  return {
    processes,
    memoryLimit: `${Math.floor(each / 1024 ** 2)}MiB`,
    // Tasks side by side seldom all compute at once: each may use twice its plain share.
    threads: Math.max(1, Math.min(cores, Math.ceil((2 * cores) / processes))),
  };
}
