/**
 * Deliveries on the disk: a file each, in the folder of its status. What is `pending` survives whatever is killed; two processes that
 * look after one queue keep out of each other's way by claims.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { isAlive, thisProcess } from "../jobs/run/process-identity.js";
import type { ProcessIdentity } from "../jobs/run/run-event.js";
import { failedWrite } from "../storage/storage-error.js";
import type { Delivery, DeliveryStatus } from "./delivery.js";

const STATUSES: readonly DeliveryStatus[] = ["pending", "delivered", "failed", "outbox"];
/** Those that have come to an end are history: the oldest go. */
const KEPT = 1_000;

export class DeliveryQueue {
  readonly #folder: string;

  /** @param stateFolder `state` of lakelet.yml */
  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, "notifications");
  }

  /** On the disk when this returns. False where this delivery is known already. Throws FAILED_WRITE_FILE. */
  add(delivery: Delivery): boolean {
    if (STATUSES.some((status) => existsSync(this.#path(status, delivery.id)))) return false;
    this.#write(delivery);
    return true;
  }

  /** Writes a delivery down as it is now; where its status is another than before, it is no longer what it was. */
  update(delivery: Delivery): void {
    this.#write(delivery);
    for (const status of STATUSES) {
      if (status !== delivery.status) rmSync(this.#path(status, delivery.id), { force: true });
    }
  }

  /** Undefined where it has gone. */
  read(id: string, status: DeliveryStatus): Delivery | undefined {
    try {
      return JSON.parse(readFileSync(this.#path(status, id), "utf8")) as Delivery;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Whatever the status. */
  find(id: string): Delivery | undefined {
    for (const status of STATUSES) {
      const found = this.read(id, status);
      if (found) return found;
    }
    return undefined;
  }

  /** Oldest first. */
  list(status: DeliveryStatus): readonly Delivery[] {
    return this.#ids(status)
      .flatMap((id) => this.read(id, status) ?? [])
      .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }

  /** Of a run, whatever their status, oldest first. */
  ofRun(runId: string): readonly Delivery[] {
    return STATUSES.flatMap((status) => this.#ids(status).map((id) => [id, status] as const))
      .filter(([id]) => id.startsWith(`${runId}-`))
      .flatMap(([id, status]) => this.read(id, status) ?? [])
      .sort((a, b) => a.createdAt - b.createdAt);
  }

  hasPending(): boolean {
    return this.#ids("pending").length > 0;
  }

  #ids(status: DeliveryStatus): readonly string[] {
    const folder = join(this.#folder, status);
    if (!existsSync(folder)) return [];
    return readdirSync(folder).flatMap((name) => (name.endsWith(".json") ? [name.slice(0, -".json".length)] : []));
  }

  /** False where another living process is about it. */
  claim(id: string): boolean {
    const path = this.#claimPath(id);
    mkdirSync(join(this.#folder, "claims"), { recursive: true });
    for (let again = true; ; again = false) {
      try {
        writeFileSync(path, JSON.stringify(thisProcess()), { flag: "wx" });
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw failedWrite(path, error);
        if (!again || claimedByLiving(path)) return false;
        rmSync(path, { force: true });
      }
    }
  }

  release(id: string): void {
    rmSync(this.#claimPath(id), { force: true });
  }

  /** A run whose notifications are being looked after. What is still there when its process is gone has to be caught up on. */
  open(runId: string): void {
    mkdirSync(join(this.#folder, "open"), { recursive: true });
    writeFileSync(join(this.#folder, "open", runId), JSON.stringify(thisProcess()));
  }

  close(runId: string): void {
    rmSync(join(this.#folder, "open", runId), { force: true });
  }

  /** Runs that were opened by processes that are gone. */
  abandoned(): readonly string[] {
    const folder = join(this.#folder, "open");
    if (!existsSync(folder)) return [];
    return readdirSync(folder).filter((runId) => !claimedByLiving(join(folder, runId)));
  }

  /** Forgets all but the newest of those that have come to an end. */
  prune(): void {
    for (const status of ["delivered", "failed", "outbox"] as const) {
      const ids = this.#ids(status);
      if (ids.length <= KEPT) continue;
      const oldest = this.list(status).slice(0, ids.length - KEPT);
      for (const { id, file } of oldest) {
        if (file !== undefined) rmSync(file, { force: true });
        rmSync(this.#path(status, id), { force: true });
      }
    }
  }

  #path(status: DeliveryStatus, id: string): string {
    return join(this.#folder, status, `${id}.json`);
  }

  #claimPath(id: string): string {
    return join(this.#folder, "claims", id);
  }

  #write(delivery: Delivery): void {
    const path = this.#path(delivery.status, delivery.id);
    const staged = `${path}.${process.pid}.new`;
    try {
      mkdirSync(join(this.#folder, delivery.status), { recursive: true });
      const file = openSync(staged, "w");
      try {
        writeSync(file, `${JSON.stringify(delivery, undefined, 2)}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(staged, path);
    } catch (cause) {
      rmSync(staged, { force: true });
      throw failedWrite(path, cause);
    }
  }
}

function claimedByLiving(path: string): boolean {
  try {
    return isAlive(JSON.parse(readFileSync(path, "utf8")) as ProcessIdentity);
  } catch {
    // Gone in the meantime, or its writer died while it wrote it.
    return false;
  }
}
