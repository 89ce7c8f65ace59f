/** What a local session remembers between statements: configuration, current schema, temporary views. */
import type { RoutineEntry } from "../../catalog/routine-catalog.js";
import type { SchemaIdentifier } from "../../catalog/table-identifier.js";
import type { FunctionContext } from "../../sql/typed.js";
import type { SessionOptions } from "../contract.js";
import { checkValue, DEFAULTS } from "./configuration.js";
import { SessionVariables } from "./session-variables.js";
import type { UserFunctions } from "./user-functions.js";

export class SessionState {
  private readonly settings = new Map<string, string>();
  private readonly initial: ReadonlyMap<string, string>;
  readonly variables = new SessionVariables();
  /** By lower-case name; found before those of the catalog. */
  readonly temporaryRoutines = new Map<string, RoutineEntry>();
  /** Set once the engine is there. */
  userFunctions: UserFunctions | undefined;
  current: SchemaIdentifier = { catalog: "main", schema: "default" };
  private seedCounter = 0;
  private readonly clock: () => number;

  constructor(options: SessionOptions) {
    this.clock = options.clock ?? Date.now;
    const given = {
      ...DEFAULTS,
      ...(options.timeZone === undefined ? {} : { "spark.sql.session.timeZone": options.timeZone }),
    };
    this.initial = new Map(Object.entries({ ...given, ...options.configuration }));
    for (const [key, value] of this.initial) this.set(key, value);
  }

  get(key: string): string | undefined {
    return this.settings.get(key) ?? [...this.settings].find(([one]) => one.toLowerCase() === key.toLowerCase())?.[1];
  }
  /** Throws INVALID_CONF_VALUE for a value that would not be acted on. */
  set(key: string, value: string): void {
    checkValue(key, value);
    const known = [...this.settings.keys()].find((one) => one.toLowerCase() === key.toLowerCase());
    this.settings.set(known ?? key, value);
  }
  /** Back to what the session began with. */
  reset(key?: string): void {
    const isMeant = (one: string) => key === undefined || one.toLowerCase() === key.toLowerCase();
    for (const one of [...this.settings.keys()].filter(isMeant)) this.settings.delete(one);
    for (const [one, value] of this.initial) if (isMeant(one)) this.settings.set(one, value);
  }
  all(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.settings].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  get timeZone(): string {
    return this.get("spark.sql.session.timeZone") ?? "UTC";
  }

  /** What functions may ask of a statement that starts now. */
  functionContext(): FunctionContext {
    return {
      timeZone: this.timeZone,
      now: BigInt(this.clock()) * 1000n,
      currentCatalog: this.current.catalog,
      currentSchema: this.current.schema,
      currentUser: process.env.USER ?? process.env.USERNAME ?? "unknown",
      userFunction: (name) => this.userFunctions?.lookup(name),
      variable: (parts) => this.variables.resolve(parts),
      seed: () => {
        this.seedCounter += 1;
        return (Date.now() * 31 + this.seedCounter) % 2147483647;
      },
    };
  }
}
