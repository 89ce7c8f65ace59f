/** What every alteration starts from and comes to. */
import type { Action } from "../../delta/actions.js";
import type { StructType } from "../../schema/data-type.js";
import type { CommandContext, TargetTable } from "../contract.js";
import type { OpenTable } from "../table-state.js";

/** A table that is about to be altered. */
export interface AlteredTable extends OpenTable {
  readonly context: CommandContext;
  readonly target: TargetTable;
}

/** The commit that an alteration comes to. */
export interface PlannedAlteration {
  readonly actions: readonly Action[];
  /** Delta's name. */
  readonly operation: string;
  readonly operationParameters: Readonly<Record<string, string>>;
  /** True where rows were read, so that a concurrent append is a conflict. */
  readonly readsRows?: boolean;
  readonly schema?: StructType;
  /** Called after the commit. */
  readonly committed?: (version: number) => Promise<void>;
}
