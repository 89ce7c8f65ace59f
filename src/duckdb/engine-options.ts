/** What an engine is made with. */
import type { EngineLibrary } from "../engine/engine.js";

export interface EngineOptions {
  /** DuckDB's form: `2GB`, `70%`. Default: 80 % of the machine. */
  readonly memoryLimit?: string;
  /** Default: the machine's cores. Fewer work where the memory limit does not give each 200 MB. */
  readonly threads?: number;
  /** Folder for what does not fit in memory; made when needed. Default: one in the system's folder for temporary files. */
  readonly temporaryFolder?: string;
  /** Session time zone, IANA. Default: UTC. */
  readonly timeZone?: string;
  readonly library?: EngineLibrary;
}
