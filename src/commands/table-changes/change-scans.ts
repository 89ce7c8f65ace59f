/** Engine SQL of the rows of changed files, with the columns that say what became of each. */
import type { AddFile } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import type { ScanDataFiles } from "../../engine/engine.js";
import { field, STRING, struct } from "../../schema/data-type.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import type { CommandContext } from "../contract.js";
import { scanRequest } from "../data-file.js";
import type { ChangedFile, FileOfLog, MaskedFile } from "./changed-files.js";
import { fewPlaces } from "./few-places.js";

type ChangeType = "insert" | "delete";

export class ChangeScans {
  readonly #context: CommandContext;
  readonly #snapshot: Snapshot;

  constructor(context: CommandContext, snapshot: Snapshot) {
    this.#context = context;
    this.#snapshot = snapshot;
  }

  /** All rows of the files. Undefined where there are none. */
  async whole(files: readonly ChangedFile[], change: ChangeType): Promise<string | undefined> {
    if (files.length === 0) return undefined;
    return this.#select(await this.#scan(files.map(({ file }) => file)), files, engineString(change));
  }

  /** The rows that the later deletion vector marks and the earlier one does not (deleted), or the other way round (inserted). */
  async between(files: readonly MaskedFile[], change: ChangeType): Promise<string | undefined> {
    if (files.length === 0) return undefined;
    const [before, after] = [files.map((one) => one.before), files.map((one) => one.after)];
    const [kept, gone] = change === "delete" ? [before, after] : [after, before];
    const rows = await this.#scan(kept);
    const place = "__file_index, __row_number";
    const few = await fewPlaces(this.#context, this.#snapshot, kept, gone);
    // Two scans of places alone, so that columns are read once.
    const places =
      few ?? `(SELECT ${place} FROM ${rows} AS k ANTI JOIN ${await this.#scan(gone)} AS g USING (${place}))`;
    return this.#select(
      `(SELECT * FROM ${rows} AS r SEMI JOIN ${places} AS p USING (${place}))`,
      files,
      engineString(change),
    );
  }

  /** The rows of change data files, which bear their change type. */
  async recorded(files: readonly ChangedFile[]): Promise<string | undefined> {
    if (files.length === 0) return undefined;
    const request = this.#request(files.map(({ file }) => file));
    const { columnMapping } = request;
    const scan = await this.#context.engine.scan({
      ...request,
      schema: struct([...request.schema.fields, field("_change_type", STRING)]),
      // The column of the change type has no id; the names are physical ones in both modes.
      ...(columnMapping === undefined ? {} : { columnMapping: "name" }),
    });
    return this.#select(scan, files, 's."_change_type"');
  }

  #scan(files: readonly FileOfLog[]): Promise<string> {
    return this.#context.engine.scan(this.#request(files));
  }

  #request(files: readonly FileOfLog[]): ScanDataFiles {
    const adds = files.map((file): AddFile => ({ ...file, size: 0, modificationTime: 0, dataChange: true }));
    return { ...scanRequest(this.#context.storage, this.#snapshot, adds), withPosition: true };
  }

  #select(
    rows: string,
    files: readonly { readonly version: number; readonly timestamp: number }[],
    change: string,
  ): string {
    const columns = this.#snapshot.schema.fields.map(({ name }) => `s.${engineName(name)}`);
    const versions = `unnest([${files.map((one) => one.version).join(", ")}]::BIGINT[]) AS version`;
    const times = `unnest([${files.map((one) => one.timestamp).join(", ")}]::BIGINT[]) AS committed`;
    const commits = `(SELECT unnest(range(${files.length})) AS file, ${versions}, ${times})`;
    const selected = [
      ...columns,
      `${change} AS "_change_type"`,
      'c.version AS "_commit_version"',
      'make_timestamptz(c.committed * 1000) AS "_commit_timestamp"',
    ];
    return `SELECT ${selected.join(", ")} FROM ${rows} AS s JOIN ${commits} AS c ON s.__file_index = c.file`;
  }
}
