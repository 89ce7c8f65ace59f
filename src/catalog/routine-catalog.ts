/** SQL functions of schemas: each a small file in the schema's folder, created atomically. */
import { join } from "node:path";
import type { Storage } from "../storage/storage.js";
import { folderName, nameOfFolder } from "./folder-name.js";
import type { SchemaIdentifier, TableIdentifier } from "./table-identifier.js";

/** A function as it is kept; types and defaults are Spark SQL text. */
export interface RoutineEntry {
  readonly identifier: TableIdentifier;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: string;
    readonly defaultValue?: string;
    readonly comment?: string;
  }[];
  /** `type` of a scalar function; `columns` (DDL) of a table function; neither: what the body gives. */
  readonly returns: { readonly kind: "scalar" | "table"; readonly type?: string; readonly columns?: string };
  readonly body: string;
  readonly comment?: string;
  readonly deterministic?: boolean;
  readonly sqlDataAccess?: string;
  /** Where the names inside the body are looked up. */
  readonly current: SchemaIdentifier;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

const SUFFIX = ".function.json";

export class RoutineCatalog {
  constructor(
    private readonly storage: Storage,
    private readonly schemaFolder: (schema: SchemaIdentifier) => string,
  ) {}

  async lookup(name: TableIdentifier): Promise<RoutineEntry | undefined> {
    const path = this.path(name);
    if (!(await this.storage.stat(path))) return undefined;
    const { name: written, ...entry } = JSON.parse(await this.storage.readText(path)) as Omit<
      RoutineEntry,
      "identifier"
    > & { readonly name: string };
    return { ...entry, identifier: { ...name, name: written } };
  }

  async create({ identifier, ...entry }: RoutineEntry, orReplace: boolean): Promise<"created" | "exists"> {
    await this.storage.createFolder(this.schemaFolder(identifier));
    const content = `${JSON.stringify({ name: identifier.name, ...entry }, undefined, 2)}\n`;
    if (!orReplace) return this.storage.putIfAbsent(this.path(identifier), content);
    await this.storage.replace(this.path(identifier), content);
    return "created";
  }

  async drop(name: TableIdentifier): Promise<void> {
    await this.storage.delete(this.path(name));
  }

  /** The functions of a schema in name order. */
  async list(schema: SchemaIdentifier): Promise<readonly RoutineEntry[]> {
    const files = (await this.storage.list(this.schemaFolder(schema))).filter(({ name }) => name.endsWith(SUFFIX));
    const entries = await Promise.all(
      files.map(({ name }) => this.lookup({ ...schema, name: nameOfFolder(name.slice(1, -SUFFIX.length)) })),
    );
    return entries.filter((one) => one !== undefined);
  }

  private path(name: TableIdentifier): string {
    return join(this.schemaFolder(name), `_${folderName(name.name)}${SUFFIX}`);
  }
}
