/** Random queries over the tables of the query suite. */
import fc from "fast-check";
import { randomNumbers } from "../suite.js";
import { type Column, Dice, Expressions, NUMBERS, PLAIN_SORTS, type Subqueries } from "./query-expressions.js";
import { type Selected, type Source, Sources } from "./query-sources.js";
import { QUERY_TABLES, type QuerySort } from "./query-tables.js";
import { direction, randomWindow } from "./query-windows.js";
import { all, either, list, optional, type Piece } from "./sketch.js";

export interface RandomQuery {
  readonly sketch: Piece;
}

/** Seeds are shrunk by nothing: a query that differs is made small as a sketch. */
export const queries: fc.Arbitrary<Piece> = fc
  .noShrink(fc.integer({ min: 0, max: 2 ** 31 - 1 }))
  .map((seed) => new QueryGenerator(new Dice(randomNumbers(seed))).query());

interface Item {
  readonly piece: Piece;
  readonly name: string;
  readonly sort: QuerySort;
  readonly small: boolean;
}

class QueryGenerator {
  private readonly sources: Sources;
  private names = 0;

  constructor(private readonly dice: Dice) {
    this.sources = new Sources(dice, (depth, outer) => this.derived(depth, outer));
  }

  query(): Piece {
    const { dice } = this;
    const entries: Piece[] = [];
    if (dice.chance(0.2)) {
      for (let i = 0; i <= dice.below(2); i++) {
        const { piece, columns } = this.derived(1, []);
        const name = `cte${i}`;
        entries.push(all(`${name} AS (`, piece, ")"));
        this.sources.common.push({ name, columns });
      }
    }
    const body = dice.chance(0.2) ? this.setQuery(1) : this.select(2, [], dice.chance(0.3));
    const tail = this.tail(body.columns);
    const head = entries.length === 0 ? "" : all("WITH ", list(", ", entries), " ");
    return all(head, body.piece, tail);
  }

  /** A query with names for all its columns. */
  private derived(depth: number, outer: readonly Column[]): Selected {
    return depth > 0 && outer.length === 0 && this.dice.chance(0.2)
      ? this.setQuery(0)
      : this.select(depth, outer, true);
  }

  private select(depth: number, outer: readonly Column[], named: boolean, sorts?: readonly QuerySort[]): Selected {
    const { dice } = this;
    const source = this.sources.from(depth);
    const expressions = new Expressions(
      dice,
      [...source.columns, ...(dice.chance(0.7) ? outer : [])],
      this.subqueries(source, depth),
    );
    const where = dice.chance(0.4) ? optional(" WHERE ", expressions.condition(2)) : "";
    const roll = dice.below(100);
    const from = all(" FROM ", source.piece);
    if (outer.length === 0 && roll < 35) return this.grouped(source, from, where, named, sorts);
    if (outer.length === 0 && roll < 55 && !sorts) return this.windowed(source, from, where, named);
    if (roll < 60 && named === false) return this.starred(source, from, where, expressions);
    const wanted = sorts ?? Array.from({ length: 1 + dice.below(3) }, () => this.sortOf(source));
    const plain = new Expressions(dice, [...source.columns, ...(dice.chance(0.5) ? outer : [])]);
    const items = wanted.map((sort) =>
      this.item((dice.chance(0.7) ? plain : expressions).of(sort, 2, dice.chance(0.4)), sort, named, false),
    );
    const chained = sorts || dice.chance(0.9) ? items : [...items, ...this.lateralAlias(items)];
    const distinct = dice.chance(0.15) ? optional("DISTINCT ") : "";
    return {
      piece: all(
        "SELECT ",
        distinct,
        list(
          ", ",
          chained.map((one) => one.piece),
        ),
        from,
        where,
      ),
      columns: chained,
    };
  }

  private sortOf(source: Source): QuerySort {
    return this.dice.chance(0.85) ? this.dice.one(source.columns).sort : this.dice.one(PLAIN_SORTS);
  }

  private item(piece: Piece, sort: QuerySort, named: boolean, small: boolean): Item {
    const name = `c${++this.names}`;
    if (!named && this.dice.chance(0.6)) return { piece, name: "", sort, small };
    return { piece: all(piece, ` AS ${name}`), name, sort, small };
  }

  private lateralAlias(items: readonly Item[]): readonly Item[] {
    const before = items.filter((one) => one.name !== "");
    if (before.length === 0) return [];
    const [{ sort }] = [this.dice.one(before)];
    return [
      this.item(
        new Expressions(
          this.dice,
          before.map((one) => ({ ...one, small: false })),
        ).of(sort, 1, false),
        sort,
        true,
        false,
      ),
    ];
  }

  private starred(source: Source, from: Piece, where: Piece, expressions: Expressions): Selected {
    const { dice } = this;
    const qualifiers = [
      ...new Set(source.columns.flatMap(({ name }) => (name.includes(".") ? [name.split(".")[0] ?? ""] : []))),
    ];
    const star = dice.chance(0.5) || qualifiers.length === 0 ? "*" : `${dice.one(qualifiers)}.*`;
    const extra = dice.chance(0.3) ? optional(", ", expressions.of(this.sortOf(source), 1)) : "";
    return { piece: all(`SELECT ${star}`, extra, from, where), columns: [] };
  }

  private grouped(source: Source, from: Piece, where: Piece, named: boolean, sorts?: readonly QuerySort[]): Selected {
    const { dice } = this;
    const expressions = new Expressions(dice, source.columns);
    const wanted = sorts ?? Array.from({ length: 1 + dice.below(4) }, () => this.sortOf(source));
    const keyCount = dice.below(3);
    const keys = wanted
      .slice(0, Math.min(keyCount, wanted.length))
      .map((sort) => ({ sort, piece: dice.chance(0.7) ? expressions.leaf(sort, false) : expressions.of(sort, 1) }));
    const usable = keys.filter((one) => one.sort !== "ints");
    const aggregates = wanted.slice(usable.length).map((sort) => this.aggregate(sort, expressions));
    const items = [
      ...usable.map((one) => this.item(one.piece, one.sort, named, false)),
      ...aggregates.map((one) => this.item(one.piece, one.sort, named, false)),
    ];
    if (items.length === 0) items.push(this.item("count(*)", "int", named, true));
    const sets = usable.length > 0 && dice.chance(0.25);
    const extra = sets
      ? [this.item(dice.one([all("grouping(", usable[0]?.piece ?? "", ")"), "grouping_id()"]), "int", named, true)]
      : [];
    const groupBy = this.groupBy(
      usable.map((one) => one.piece),
      sets,
    );
    const having = dice.chance(0.2) ? optional(" HAVING ", this.havingCondition(expressions)) : "";
    const columns = sorts ? items : [...items, ...extra];
    return {
      piece: all(
        "SELECT ",
        list(
          ", ",
          columns.map((one) => one.piece),
        ),
        from,
        where,
        groupBy,
        having,
      ),
      columns,
    };
  }

  private groupBy(keys: readonly Piece[], sets: boolean): Piece {
    const { dice } = this;
    if (keys.length === 0) return "";
    const items = list(", ", keys);
    if (!sets) return all(" GROUP BY ", dice.chance(0.15) ? keys.map((_, i) => i + 1).join(", ") : items);
    return dice.one([
      all(" GROUP BY ROLLUP(", items, ")"),
      all(" GROUP BY CUBE(", items, ")"),
      all(" GROUP BY ", items, " WITH ROLLUP"),
      all(" GROUP BY GROUPING SETS ((", items, "), (", keys[0] ?? "", "), ())"),
      all(" GROUP BY GROUPING SETS ((", keys.at(-1) ?? "", "), (", items, "))"),
    ]);
  }

  private havingCondition(expressions: Expressions): Piece {
    const { dice } = this;
    const { piece } = this.aggregate(dice.one(NUMBERS), expressions);
    return dice.one([
      all(piece, " IS NOT NULL"),
      all(piece, " > 1"),
      "count(*) > 1",
      all("count(*) > 1 OR ", piece, " = 1"),
    ]);
  }

  private aggregate(sort: QuerySort, expressions: Expressions): { readonly piece: Piece; readonly sort: QuerySort } {
    const { dice } = this;
    const value = (of: QuerySort, depth = 1): Piece => expressions.of(of, depth);
    const filter = dice.chance(0.2) ? optional(" FILTER (WHERE ", expressions.condition(1), ")") : "";
    const distinct = dice.chance(0.2) ? optional("DISTINCT ") : "";
    const forms: Readonly<Partial<Record<QuerySort, readonly Piece[]>>> = {
      int: [
        all("sum(", distinct, value("int"), ")", filter),
        all("count(", distinct, value(dice.one(PLAIN_SORTS)), ")", filter),
        all("count(*)", filter),
        all("count(DISTINCT ", value("int"), ", ", value("string"), ")"),
        all("max(", value("int"), ")", filter),
        all("count_if(", expressions.condition(1), ")"),
        all("sum(CASE WHEN ", expressions.condition(1), " THEN 1 ELSE 0 END)"),
      ],
      float: [
        all("avg(", distinct, value(dice.one(["int", "decimal"])), ")", filter),
        all("min(", value("float"), ")", filter),
        all("max(", value("float"), ")", filter),
        all("percentile(", value("int"), ", 0.5)"),
        all("percentile_cont(0.25) WITHIN GROUP (ORDER BY ", value("int"), ")"),
        all("sum(", expressions.leaf("float", true), ")", filter),
      ],
      decimal: [
        all("sum(", distinct, value("decimal"), ")", filter),
        all("min(", value("decimal"), ")", filter),
        all("avg(", value("decimal"), ")", filter),
        all("max(", value("decimal"), ")"),
      ],
      string: [
        all("min(", value("string"), ")", filter),
        all("max(", value("string"), ")", filter),
        all("array_join(array_sort(collect_set(", value("string"), ")), ',')"),
      ],
      boolean: [
        all("bool_and(", expressions.condition(1), ")"),
        all("bool_or(", expressions.condition(1), ")", filter),
        all("max(", expressions.condition(1), ")"),
        all("every(", expressions.condition(0), ")"),
      ],
      ints: [
        all("array_sort(collect_list(", value("int"), "))", ""),
        all("sort_array(collect_set(", value("int"), "))"),
      ],
    };
    const own = forms[sort] ?? [all("min(", value(sort), ")", filter), all("max(", value(sort), ")")];
    const piece = dice.one(own);
    if (NUMBERS.includes(sort) && dice.chance(0.15))
      return { sort: "float", piece: all("(", piece, dice.one([" + 1D)", " * 0.5D)", " / 2D)"])) };
    return { sort, piece: either(piece, "count(*)") };
  }

  private windowed(source: Source, from: Piece, where: Piece, named: boolean): Selected {
    const { dice } = this;
    const expressions = new Expressions(dice, source.columns);
    const items = [
      ...Array.from({ length: 1 + dice.below(2) }, () => this.sortOf(source)).map((sort) =>
        this.item(expressions.leaf(sort, false), sort, named, false),
      ),
      ...Array.from({ length: 1 + dice.below(2) }, () => randomWindow(dice, source, expressions)).map((one) =>
        this.item(one.piece, one.sort, named, false),
      ),
    ];
    return {
      piece: all(
        "SELECT ",
        list(
          ", ",
          items.map((one) => one.piece),
        ),
        from,
        where,
      ),
      columns: items,
    };
  }

  private setQuery(depth: number): Selected {
    const { dice } = this;
    const sorts = Array.from({ length: 1 + dice.below(3) }, () => dice.one(PLAIN_SORTS));
    const left = this.select(depth, [], true, sorts);
    const sides = Array.from({ length: 1 + dice.below(2) }, () => {
      const others = sorts.map((sort) => this.widened(sort));
      const { piece } = this.select(depth, [], dice.chance(0.5), others);
      return all(
        ` ${dice.one(["UNION", "UNION ALL", "INTERSECT", "INTERSECT ALL", "EXCEPT", "EXCEPT ALL", "MINUS", "UNION DISTINCT"])} `,
        dice.chance(0.3) ? all("(", piece, ")") : piece,
      );
    });
    return {
      piece: either(all(left.piece, ...sides.map((one) => optional(one))), left.piece),
      columns: left.columns.map((one) => ({ ...one, small: false })),
    };
  }

  private widened(sort: QuerySort): QuerySort {
    const { dice } = this;
    if (dice.chance(0.6)) return sort;
    if (NUMBERS.includes(sort)) return dice.one(NUMBERS);
    if (sort === "date" || sort === "timestamp") return dice.one(["date", "timestamp"]);
    return sort;
  }

  private subqueries(around: Source, depth: number): Subqueries | undefined {
    if (depth <= 0) return undefined;
    const { dice } = this;
    return {
      condition: (left) => {
        const { name, columns } = dice.one(QUERY_TABLES.slice(0, 3));
        const alias = this.sources.alias("s");
        const inner = columns.map((one): Column => ({ ...one, name: `${alias}.${one.name}` }));
        const both = new Expressions(dice, [...inner, ...around.columns]);
        const correlation = this.correlation(inner, around.columns);
        if (dice.chance(0.5)) {
          // To Spark `EXISTS (...) IS NULL` is no expression.
          return all(
            "(",
            dice.one(["EXISTS", "NOT EXISTS"]),
            ` (SELECT 1 FROM ${name} ${alias} WHERE `,
            correlation,
            left > 0 ? optional(" AND ", both.condition(1)) : "",
            "))",
          );
        }
        const one = dice.one(inner.filter((each) => each.sort !== "ints"));
        const operand = new Expressions(dice, around.columns).leaf(one.sort, false);
        const where = dice.chance(0.5)
          ? optional(" WHERE ", dice.chance(0.5) ? correlation : new Expressions(dice, inner).condition(1))
          : "";
        return all(
          "(",
          operand,
          dice.one([" IN ", " NOT IN "]),
          `(SELECT ${one.name} FROM ${name} ${alias}`,
          where,
          "))",
        );
      },
      value: (sort) => {
        const { name, columns } = dice.one(QUERY_TABLES.slice(0, 3));
        const alias = this.sources.alias("s");
        const inner = columns.map((one): Column => ({ ...one, name: `${alias}.${one.name}` }));
        const { piece } =
          sort === "ints" ? { piece: all("array(count(*))") } : this.aggregate(sort, new Expressions(dice, inner));
        const equal = this.equality(inner, around.columns);
        return all(
          "(SELECT ",
          piece,
          ` FROM ${name} ${alias}`,
          dice.chance(0.6) ? optional(" WHERE ", equal) : "",
          ")",
        );
      },
    };
  }

  private correlation(inner: readonly Column[], outer: readonly Column[]): Piece {
    return this.dice.chance(0.7)
      ? this.equality(inner, outer)
      : new Expressions(this.dice, [...inner, ...outer]).condition(1);
  }

  private equality(inner: readonly Column[], outer: readonly Column[]): string {
    const { dice } = this;
    const one = dice.one(inner);
    const alike = outer.filter(
      (other) => other.sort === one.sort || (NUMBERS.includes(one.sort) && NUMBERS.includes(other.sort)),
    );
    return alike.length === 0 ? "true" : `${one.name} ${dice.one(["=", "=", "<=>"])} ${dice.one(alike).name}`;
  }

  /** Rows that are cut are cut by an order of all columns, so that which ones stay is no chance. */
  private tail(columns: readonly Column[]): Piece {
    const { dice } = this;
    const ordered = columns.length > 0 && columns.every((one) => one.sort !== "boolean" || one.name !== "");
    if (!ordered || dice.chance(0.6)) return "";
    const terms = columns.map((_, i) => all(`${i + 1}`, direction(this.dice)));
    const limit = dice.chance(0.5) ? optional(` LIMIT ${dice.below(6)}`) : "";
    const offset = dice.chance(0.2) ? optional(` OFFSET ${dice.below(3)}`) : "";
    return all(" ORDER BY ", list(", ", terms), limit, offset);
  }
}
