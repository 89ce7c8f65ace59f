/** Random FROM clauses: tables, derived tables, joins of all kinds, laterals, generators, PIVOT and UNPIVOT. */
import { type Column, type Dice, Expressions, LITERALS } from "./query-expressions.js";
import { QUERY_TABLES, type QuerySort } from "./query-tables.js";
import { all, either, list, optional, type Piece } from "./sketch.js";

export interface Source {
  readonly piece: Piece;
  readonly columns: readonly Column[];
  /** Columns that no two rows share; undefined where that is not known. */
  readonly unique: readonly string[] | undefined;
  /** Names that are written without a qualifier, for USING and NATURAL. */
  readonly plain?: readonly Column[];
}
export interface Selected {
  readonly piece: Piece;
  readonly columns: readonly Column[];
}
/** Makes a query whose columns all have names. */
export type MakeQuery = (depth: number, outer: readonly Column[]) => Selected;

const JOINS = [
  "JOIN",
  "INNER JOIN",
  "LEFT JOIN",
  "RIGHT OUTER JOIN",
  "FULL JOIN",
  "CROSS JOIN",
  "LEFT SEMI JOIN",
  "LEFT ANTI JOIN",
];
const UNIQUE: Readonly<Record<string, string>> = { t1: "id", t2: "id", empty: "id" };

export class Sources {
  private count = 0;
  /** WITH entries that may be read. */
  readonly common: { readonly name: string; readonly columns: readonly Column[] }[] = [];

  constructor(
    private readonly dice: Dice,
    private readonly query: MakeQuery,
  ) {}

  alias(prefix = "q"): string {
    return `${prefix}${++this.count}`;
  }

  from(depth: number): Source {
    const { dice } = this;
    const roll = dice.below(100);
    if (depth <= 0 || roll < 30) return this.table();
    if (roll < 70) return this.join(depth);
    if (roll < 78) return this.derived(depth);
    if (roll < 84) return this.generated(depth);
    if (roll < 88) return this.lateral(depth);
    if (roll < 91) return this.pivot();
    if (roll < 94) return this.unpivot();
    if (roll < 97) return this.values();
    return this.crossed(depth);
  }

  private table(): Source {
    const { dice } = this;
    if (this.common.length > 0 && dice.chance(0.5)) {
      const entry = dice.one(this.common);
      const alias = this.alias();
      return {
        piece: `${entry.name} AS ${alias}`,
        columns: qualified(entry.columns, alias),
        unique: undefined,
        plain: entry.columns,
      };
    }
    const { name, columns } = dice.chance(0.04)
      ? (QUERY_TABLES.at(-1) ?? dice.one(QUERY_TABLES))
      : dice.one(QUERY_TABLES.slice(0, -1));
    const alias = this.alias(name);
    const key = UNIQUE[name];
    return {
      piece: `${name} ${dice.one(["AS ", ""])}${alias}`,
      columns: qualified(columns, alias),
      unique: key === undefined ? undefined : [`${alias}.${key}`],
      plain: columns,
    };
  }

  private derived(depth: number): Source {
    const alias = this.alias();
    const { piece, columns } = this.query(depth - 1, []);
    return {
      piece: all("(", piece, `) AS ${alias}`),
      columns: qualified(columns, alias),
      unique: undefined,
      plain: columns,
    };
  }

  private join(depth: number): Source {
    const { dice } = this;
    const left = this.from(depth - 1);
    const right = dice.chance(0.8) ? this.table() : this.derived(depth);
    const kind = dice.one(JOINS);
    const semi = kind.includes("SEMI") || kind.includes("ANTI");
    const shared = sharedNames(left, right);
    if (shared.length > 0 && dice.chance(0.3) && kind !== "CROSS JOIN") return this.using(left, right, kind, shared);
    const both = [...left.columns, ...right.columns];
    const condition =
      kind === "CROSS JOIN" && dice.chance(0.7) ? "" : all(" ON ", this.joinCondition(left, right, both));
    const columns = semi ? left.columns : both;
    const keys = left.unique && right.unique && !semi ? [...left.unique, ...right.unique] : undefined;
    return {
      piece: either(all(left.piece, ` ${kind} `, right.piece, condition), left.piece),
      columns,
      unique: semi ? left.unique : keys,
    };
  }

  private joinCondition(left: Source, right: Source, both: readonly Column[]): Piece {
    const { dice } = this;
    const expressions = new Expressions(dice, both);
    if (dice.chance(0.25)) return expressions.condition(2);
    const one = dice.one(left.columns);
    const number = (sort: QuerySort) => ["int", "float", "decimal"].includes(sort);
    const alike = right.columns.filter((other) => other.sort === one.sort || (number(one.sort) && number(other.sort)));
    const other = alike.length > 0 ? dice.one(alike).name : one.name;
    const equal = `${one.name} ${dice.one(["=", "=", "=", "<=>", "<"])} ${other}`;
    return all(equal, dice.chance(0.3) ? optional(" AND ", expressions.condition(1)) : "");
  }

  private using(left: Source, right: Source, kind: string, shared: readonly Column[]): Source {
    const { dice } = this;
    const natural = dice.chance(0.3);
    const semi = kind.includes("SEMI") || kind.includes("ANTI");
    const keys = natural ? shared : dice.some(shared, 2);
    const isKey = (column: Column): boolean => keys.some((key) => column.name.endsWith(`.${key.name}`));
    const rest = semi ? left.columns : [...left.columns, ...right.columns];
    const using = natural
      ? ""
      : all(
          " USING (",
          list(
            ", ",
            keys.map((one) => one.name),
          ),
          ")",
        );
    return {
      piece: either(
        all(
          left.piece,
          natural && !semi ? " NATURAL" : "",
          ` ${kind} `,
          right.piece,
          natural && semi ? all(" USING (", keys.map((one) => one.name).join(", "), ")") : using,
        ),
        left.piece,
      ),
      columns: [
        ...keys,
        ...keys,
        ...rest.filter((one) => !isKey(one)),
        ...(dice.chance(0.5) ? rest.filter(isKey) : []),
      ],
      unique: undefined,
    };
  }

  private generated(depth: number): Source {
    const { dice } = this;
    const left = this.from(depth - 1);
    const [table, one, other] = [this.alias("g"), this.alias("x"), this.alias("y")];
    const expressions = new Expressions(dice, left.columns);
    const outer = dice.chance(0.4);
    const column = (name: string, sort: QuerySort): Column => ({ name: `${table}.${name}`, sort, small: true });
    const [call, columns] = dice.one<readonly [Piece, readonly Column[]]>([
      [all("explode(", expressions.of("ints", 1), ")"), [column(one, "int")]],
      [all("posexplode(", expressions.of("ints", 1), ")"), [column(one, "int"), column(other, "int")]],
      [all("explode(map('k', ", expressions.of("int", 1), ", 'l', 2))"), [column(one, "string"), column(other, "int")]],
      [
        all("inline(array(struct(", expressions.of("string", 1), ", ", expressions.of("int", 1), ")))"),
        [column(one, "string"), column(other, "int")],
      ],
      [
        all("stack(2, ", expressions.of("int", 1), ", 'p', ", expressions.of("int", 1), ", 'r')"),
        [column(one, "int"), column(other, "string")],
      ],
    ]);
    const names = columns.map((each) => each.name.split(".")[1]).join(", ");
    const view = dice.chance(0.6);
    const piece = view
      ? all(left.piece, ` LATERAL VIEW ${outer ? "OUTER " : ""}`, call, ` ${table} AS ${names}`)
      : all(left.piece, ", LATERAL ", call, ` AS ${table}(${names})`);
    return { piece: either(piece, left.piece), columns: [...left.columns, ...columns], unique: undefined };
  }

  private lateral(depth: number): Source {
    const left = this.from(depth - 1);
    const alias = this.alias("l");
    const { piece, columns } = this.query(0, left.columns);
    const kind = this.dice.one([", LATERAL ", " LEFT JOIN LATERAL ", " CROSS JOIN LATERAL ", " JOIN LATERAL "]);
    const on = kind.startsWith(" LEFT") ? " ON true" : "";
    return {
      piece: either(all(left.piece, `${kind}(`, piece, `) AS ${alias}${on}`), left.piece),
      columns: [...left.columns, ...qualified(columns, alias)],
      unique: undefined,
    };
  }

  private crossed(depth: number): Source {
    const [left, right] = [this.table(), this.from(depth - 1)];
    return {
      piece: all(right.piece, ", ", left.piece),
      columns: [...right.columns, ...left.columns],
      unique: undefined,
    };
  }

  private values(): Source {
    const { dice } = this;
    const alias = this.alias("v");
    const sorts = dice.some<QuerySort>(["int", "float", "decimal", "string", "date", "boolean"], 3);
    const rows = Array.from({ length: 1 + dice.below(4) }, () =>
      all(
        "(",
        list(
          ", ",
          sorts.map((sort) => (dice.chance(0.2) ? "NULL" : dice.one(LITERALS[sort]))),
        ),
        ")",
      ),
    );
    const names = sorts.map((_, i) => `v${i}`);
    return {
      piece: all("(VALUES ", list(", ", rows), `) AS ${alias}(${names.join(", ")})`),
      columns: sorts.map((sort, i) => ({ name: `${alias}.${names[i]}`, sort, small: true })),
      unique: undefined,
    };
  }

  private pivot(): Source {
    const { dice } = this;
    const alias = this.alias("p");
    const [aggregate, sort] = dice.one<readonly [string, QuerySort]>([
      ["sum(v)", "int"],
      ["count(v)", "int"],
      ["max(v)", "int"],
      ["count(*)", "int"],
      ["avg(v)", "float"],
    ]);
    const two = dice.chance(0.3);
    const aggregates = two ? `${aggregate} AS one, min(v) AS two` : aggregate;
    const values = dice.one([
      ["'a'", "'b'"],
      ["'a'", "NULL"],
      ["'b'", "'zz'"],
    ]);
    const named = values.map((_, i) => `n${i}`);
    const columns = named.flatMap((name): readonly Column[] =>
      two
        ? [
            { name: `${alias}.${name}_one`, sort, small: false },
            { name: `${alias}.${name}_two`, sort: "int", small: true },
          ]
        : [{ name: `${alias}.${name}`, sort, small: false }],
    );
    const key = dice.chance(0.7);
    const inner = `SELECT ${key ? "p AS g, " : ""}s AS k, a AS v FROM ${dice.one(["t1", "(SELECT p, k AS s, a FROM t3)"])}`;
    const text = `(${inner}) PIVOT (${aggregates} FOR k IN (${values.map((value, i) => `${value} AS ${named[i]}`).join(", ")}))`;
    return {
      piece: `(SELECT * FROM ${text}) AS ${alias}`,
      columns: [...(key ? [{ name: `${alias}.g`, sort: "boolean" as const, small: true }] : []), ...columns],
      unique: undefined,
    };
  }

  private unpivot(): Source {
    const { dice } = this;
    const alias = this.alias("u");
    const nulls = dice.one(["", " INCLUDE NULLS", " EXCLUDE NULLS"]);
    const text = dice.one([
      "t1 UNPIVOT# (val FOR nam IN (a, b, d))",
      "t1 UNPIVOT# (val FOR nam IN (n AS `the n`, a))",
      "t2 UNPIVOT# (val FOR nam IN (a, id, m))",
    ]);
    const [id, sort]: readonly [readonly Column[], QuerySort] =
      text.startsWith("t1") && text.includes("b, d")
        ? [[{ name: `${alias}.id`, sort: "int", small: true }], "float"]
        : [[], "decimal"];
    return {
      piece: `${text.replace("#", nulls)} AS ${alias}`,
      columns: [
        { name: `${alias}.nam`, sort: "string", small: true },
        { name: `${alias}.val`, sort, small: false },
        ...id,
      ],
      unique: undefined,
    };
  }
}

export function qualified(columns: readonly Column[], alias: string): readonly Column[] {
  return columns.map((one) => ({ ...one, name: `${alias}.${one.name}` }));
}

/** Bare names that both sides have, once each, of sorts that compare. */
function sharedNames(left: Source, right: Source): readonly Column[] {
  const [one, other] = [left.plain ?? [], right.plain ?? []];
  return one.filter((column) => other.some((each) => each.name === column.name && each.sort === column.sort));
}
