/** `SparkSession.builder`: the session at work, or a new one. */
import { LakeletError } from "../errors/lakelet-error.js";
import type { SparkSession as Session } from "./contract.js";
import { activeSession, createLocalSession } from "./local-session.js";

export type SparkSession = Session;

/** Spark's keys that a new session begins with; any other goes to its configuration. */
const WAREHOUSE = "spark.sql.warehouse.dir";
const MEMORY = "spark.driver.memory";

/**
 * @example
 * const spark = await SparkSession.builder.appName("orders").config("spark.sql.session.timeZone", "UTC").getOrCreate();
 */
export class SessionBuilder {
  constructor(
    private readonly settings: Readonly<Record<string, string>> = {},
    private readonly threads?: number,
  ) {}

  appName(name: string): SessionBuilder {
    return this.config("spark.app.name", name);
  }
  /** `local`, `local[2]`, `local[*]`: how many threads work. */
  master(master: string): SessionBuilder {
    const count = /^local\[(\d+)\]$/.exec(master)?.[1] ?? (master === "local" ? "1" : undefined);
    return new SessionBuilder({ ...this.settings, "spark.master": master }, count ? Number(count) : undefined);
  }
  config(key: string, value: string | number | boolean): SessionBuilder;
  config(settings: Readonly<Record<string, string | number | boolean>>): SessionBuilder;
  config(
    keyOrSettings: string | Readonly<Record<string, string | number | boolean>>,
    value?: string | number | boolean,
  ): SessionBuilder {
    const given = typeof keyOrSettings === "string" ? { [keyOrSettings]: value ?? "" } : keyOrSettings;
    const texts = Object.fromEntries(Object.entries(given).map(([key, one]) => [key, String(one)]));
    return new SessionBuilder({ ...this.settings, ...texts }, this.threads);
  }
  /** Accepted for Spark's sake: the catalog is in the warehouse's folders. */
  enableHiveSupport(): SessionBuilder {
    return this;
  }
  remote(_url: string): SessionBuilder {
    return this;
  }
  /** The session at work with these settings of `spark.sql.`; where there is none a new one, on the warehouse of `spark.sql.warehouse.dir` (`spark-warehouse`). */
  async getOrCreate(): Promise<Session> {
    const active = activeSession();
    if (!active) return this.create();
    for (const [key, value] of Object.entries(this.settings)) {
      if (key.startsWith("spark.sql.") && key !== WAREHOUSE) active.conf.set(key, value);
    }
    return active;
  }
  /** A new session, whether there is one or not. */
  create(): Promise<Session> {
    const { [WAREHOUSE]: warehouse = "spark-warehouse", [MEMORY]: memory, ...configuration } = this.settings;
    return createLocalSession({
      warehouse: warehouse.replace(/^file:(\/\/)?/, ""),
      configuration,
      ...(memory === undefined
        ? {}
        : { memoryLimit: memory.replace(/([kmgt])b?$/i, (unit) => `${unit[0]?.toUpperCase()}B`) }),
      ...(this.threads === undefined ? {} : { threads: this.threads }),
    });
  }
}

/** Where a program begins: `await SparkSession.builder.getOrCreate()`. */
export const SparkSession = {
  get builder(): SessionBuilder {
    return new SessionBuilder();
  },
  /** The session that was made last and is not stopped. */
  getActiveSession(): Session | null {
    return activeSession() ?? null;
  },
  /** Throws NO_ACTIVE_SESSION. */
  active(): Session {
    const session = activeSession();
    if (session) return session;
    throw noActiveSession();
  },
} as const;

function noActiveSession(): LakeletError {
  return new LakeletError({
    condition: "NO_ACTIVE_SESSION",
    sqlState: "08003",
    problem: "No active Spark session found.",
    cure: "Create a new Spark session before running the code: await SparkSession.builder.getOrCreate().",
  });
}
