/** The folders of one run, and the settings that both sides have in common. */
import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { SessionOptions } from "../src/session/contract.js";
import type { EngineSettings } from "./bare-duckdb.js";
import type { Workplace } from "./benchmark.js";
import type { BenchOptions } from "./options.js";
import type { OrdersData } from "./orders-data.js";

export async function runFolder({ folder }: BenchOptions): Promise<string> {
  await mkdir(folder, { recursive: true });
  return mkdtemp(join(folder, "run-"));
}

export function workplace(folder: string, data: OrdersData): Workplace {
  return { folder, data, warehouse: join(folder, "lake") };
}

export function engineSettings({ threads, memoryLimit }: BenchOptions, folder: string): EngineSettings {
  return { threads, memoryLimit, temporaryFolder: join(folder, "spill") };
}

export function sessionOptions({ warehouse, folder }: Workplace, settings: EngineSettings): SessionOptions {
  return { warehouse, workingFolder: folder, timeZone: "UTC", ...settings };
}
