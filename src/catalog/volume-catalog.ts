/** Volumes: a managed one is a folder in the schema's, an external one a small file that says where it lies. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Storage } from "../storage/storage.js";
import { folderName, nameOfFolder } from "./folder-name.js";
import type { SchemaIdentifier, TableIdentifier } from "./table-identifier.js";

export interface VolumeEntry {
  readonly identifier: TableIdentifier;
  readonly external: boolean;
  /** Absolute folder. */
  readonly location: string;
  readonly comment?: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

const SUFFIX = ".volume.json";
const FOLDER = "_volumes";

export class VolumeCatalog {
  constructor(
    private readonly storage: Storage,
    private readonly schemaFolder: (schema: SchemaIdentifier) => string,
  ) {}

  /** The folder that `/Volumes/<catalog>/<schema>/<volume>` stands for, whether the volume exists or not. */
  folder(volume: TableIdentifier): string {
    // Paths are resolved at once, wherever one is named.
    const path = this.path(volume);
    if (existsSync(path)) return (JSON.parse(readFileSync(path, "utf8")) as VolumeEntry).location;
    return this.managedFolder(volume);
  }

  /** The folder of a volume that exists. */
  existingFolder(volume: TableIdentifier): string | undefined {
    return existsSync(this.path(volume)) ? this.folder(volume) : undefined;
  }

  async lookup(volume: TableIdentifier): Promise<VolumeEntry | undefined> {
    const path = this.path(volume);
    if (!(await this.storage.stat(path))) return undefined;
    const { name, ...entry } = JSON.parse(await this.storage.readText(path)) as Omit<VolumeEntry, "identifier"> & {
      readonly name: string;
    };
    return { ...entry, identifier: { ...volume, name } };
  }

  /** @param location of an external one, absolute */
  async create(
    volume: TableIdentifier,
    location: string | undefined,
    comment: string | undefined,
  ): Promise<"created" | "exists"> {
    const folder = location ?? this.managedFolder(volume);
    await this.storage.createFolder(location === undefined ? folder : this.schemaFolder(volume));
    const entry = {
      name: volume.name,
      external: location !== undefined,
      location: folder,
      ...(comment === undefined ? {} : { comment }),
      created: Date.now(),
    };
    return this.storage.putIfAbsent(this.path(volume), `${JSON.stringify(entry, undefined, 2)}\n`);
  }

  async describe({ identifier, ...entry }: VolumeEntry): Promise<void> {
    const content = `${JSON.stringify({ name: identifier.name, ...entry }, undefined, 2)}\n`;
    await this.storage.replace(this.path(identifier), content);
  }

  /** A managed volume's files go with it; those of an external one stay. */
  async drop(volume: VolumeEntry): Promise<void> {
    await this.storage.delete(this.path(volume.identifier));
    if (!volume.external) await this.storage.deleteFolder(volume.location);
  }

  async list(schema: SchemaIdentifier): Promise<readonly VolumeEntry[]> {
    const files = (await this.storage.list(this.schemaFolder(schema))).filter(({ name }) => name.endsWith(SUFFIX));
    const entries = await Promise.all(
      files.map(({ name }) => this.lookup({ ...schema, name: nameOfFolder(name.slice(1, -SUFFIX.length)) })),
    );
    return entries.filter((one) => one !== undefined);
  }

  private managedFolder(volume: TableIdentifier): string {
    return join(this.schemaFolder(volume), FOLDER, folderName(volume.name));
  }

  private path(volume: TableIdentifier): string {
    return join(this.schemaFolder(volume), `_${folderName(volume.name)}${SUFFIX}`);
  }
}
