/** Lines of sources that were no records, as rows for the quarantine. */
import type { Engine, MalformedLine } from "../../engine/engine.js";
import { field, LONG, STRING, struct } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import { uriOf } from "./ingested-files.js";
import type { FileSources } from "./opened-files.js";
import type { HeldBackRows } from "./quarantine-rows.js";

/** File, line, text and reason of each. */
export class MalformedLines {
  private relation: string | undefined;
  count = 0;

  constructor(
    private readonly engine: Engine,
    private readonly sources: FileSources,
    private readonly column: string,
  ) {}

  async rows(): Promise<readonly HeldBackRows[]> {
    await this.release();
    const lines = await this.sources.malformed();
    this.count = lines.length;
    if (lines.length === 0) return [];
    const columns = [field("file", STRING), field("reason", STRING), field("line", LONG), field("text", STRING)];
    const row = (one: MalformedLine) => [uriOf(one.file), one.reason, BigInt(one.line), one.text];
    this.relation = await this.engine.register(lines.map(row), struct(columns));
    return [
      {
        relation: `(SELECT "file" AS ${engineName(this.column)}, "reason" AS "_reason", "line" AS "_line", "text" AS "_text" FROM ${this.relation})`,
        schema: struct([field(this.column, STRING)]),
        origin: `"source".${engineName(this.column)}`,
        reason: `"source"."_reason"`,
        line: `"source"."_line"`,
        text: `"source"."_text"`,
      },
    ];
  }

  async release(): Promise<void> {
    if (this.relation !== undefined) await this.engine.drop(this.relation);
    this.relation = undefined;
  }
}
