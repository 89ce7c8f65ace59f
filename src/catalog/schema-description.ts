/** What is said of a schema or catalog: comment, properties; a small file in its folder. */
import { join } from "node:path";
import type { Storage } from "../storage/storage.js";

export interface SchemaDescription {
  readonly comment?: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** As written; managed tables lie in the warehouse all the same. */
  readonly location?: string;
  /** Milliseconds since the epoch. */
  readonly created?: number;
}

/** No schema's, table's or view's file has this name. */
const FILE = "_description.json";

export async function readDescription(storage: Storage, folder: string): Promise<SchemaDescription> {
  const path = join(folder, FILE);
  if (!(await storage.stat(path))) return {};
  return JSON.parse(await storage.readText(path)) as SchemaDescription;
}

export async function writeDescription(
  storage: Storage,
  folder: string,
  description: SchemaDescription,
): Promise<void> {
  await storage.createFolder(folder);
  await storage.replace(join(folder, FILE), `${JSON.stringify(description, undefined, 2)}\n`);
}
