/** FROM whose rows are told row by row from those of its tables: what of it a change of one table can touch, and nothing less. */
import type { FromItem, Query } from "../../../sql/ast.js";
import { NotIncremental } from "./not-incremental.js";
import { selectOf } from "./query-of-plan.js";
import { expressionsOf, itemsIn, itemsOfExpression, mapItems, readItems, stepOf } from "./query-parts.js";

/** What stands for a table of which rows have changed. */
export interface ChangedItems {
  /** The rows that were inserted or removed. */
  readonly changes: (place: FromItem) => FromItem;
  /** The rows that there are, and those that were removed. */
  readonly all: (place: FromItem) => FromItem;
}

export class LinearRows {
  constructor(private readonly isChanged: (place: FromItem) => boolean) {}

  /** The places whose tables have changed. */
  changedIn(item: FromItem): readonly FromItem[] {
    return itemsIn(item).filter(this.isChanged);
  }
  changedInQuery(query: Query): readonly FromItem[] {
    return readItems(query).filter(this.isChanged);
  }

  /** Throws NotIncremental where a row of the item need not come from a row of each of its tables, or not from one alone. */
  check(item: FromItem): void {
    if (this.changedIn(item).length === 0) return;
    switch (item.kind) {
      case "table":
        if (item.sample) throw new NotIncremental("TABLESAMPLE takes rows of the whole");
        return;
      case "subquery":
        if (item.lateral) throw new NotIncremental("a LATERAL subquery reads a table that has changed");
        if (item.sample) throw new NotIncremental("TABLESAMPLE takes rows of the whole");
        this.checkQuery(item.query);
        return;
      case "join":
        this.checkJoin(item);
        return;
      case "unpivot":
        this.check(item.input);
        return;
      case "pivot":
        throw new NotIncremental("PIVOT aggregates a table that has changed");
      case "function":
        throw new NotIncremental("a table function reads a table that has changed");
    }
  }

  private checkJoin(item: Extract<FromItem, { kind: "join" }>): void {
    if (item.on && itemsOfExpression(item.on).some(this.isChanged)) throw inSubquery();
    if (item.type === "full") throw new NotIncremental("a FULL JOIN reads a table that has changed");
    this.check(item.left);
    this.check(item.right);
  }

  checkQuery(query: Query): void {
    if (query.kind === "set") {
      if (query.operator !== "union" || !query.all)
        throw new NotIncremental(`${query.operator.toUpperCase()} compares all rows`);
      if (query.limit || query.offset) throw new NotIncremental("LIMIT and OFFSET take rows of the whole");
      for (const side of [query.left, query.right]) if (this.changedInQuery(side).length > 0) this.checkQuery(side);
      return;
    }
    if (query.kind !== "select") throw new NotIncremental("it has rows of a kind that is not looked into");
    const step = stepOf(query);
    if (typeof step === "object") throw new NotIncremental(step.reason);
    if (step !== "rows") throw new NotIncremental("what it aggregates is aggregated already, or not told row by row");
    if (expressionsOf(query).flatMap(itemsOfExpression).some(this.isChanged)) throw inSubquery();
    for (const item of query.from) this.check(item);
    if (query.from.some((item) => this.isNarrowed(item)))
      throw new NotIncremental("an outer join inside of a subquery may lose its match");
  }

  /** True where a changed table is on the side of a join that may have no row: a row of the other side changes with it. */
  isNarrowed(item: FromItem): boolean {
    if (item.kind === "unpivot") return this.isNarrowed(item.input);
    if (item.kind !== "join") return false;
    const optional = optionalSide(item);
    return (
      (optional !== undefined && this.changedIn(optional).length > 0) ||
      this.isNarrowed(item.left) ||
      this.isNarrowed(item.right)
    );
  }

  /** The part of FROM that every row has: what the optional sides of joins add is left out. */
  kept(item: FromItem): FromItem {
    if (item.kind !== "join") return item;
    const optional = optionalSide(item);
    if (optional !== undefined && this.changedIn(optional).length > 0)
      return this.kept(optional === item.left ? item.right : item.left);
    return { ...item, left: this.kept(item.left), right: this.kept(item.right) };
  }

  /**
   * The rows of FROM, as they were or are, that a changed row of that place takes part in. Where the place is optional, the rows of the
   * other side that it matches.
   */
  touched(item: FromItem, place: FromItem, by: ChangedItems): FromItem {
    if (!this.changedIn(item).includes(place))
      return mapItems(item, (one) => (this.isChanged(one) ? by.all(one) : one));
    switch (item.kind) {
      case "table":
        return by.changes(item);
      case "subquery":
        return { ...item, query: this.touchedQuery(item.query, place, by) };
      case "unpivot":
        return { ...item, input: this.touched(item.input, place, by) };
      case "join": {
        const [left, right] = [this.touched(item.left, place, by), this.touched(item.right, place, by)];
        const optional = optionalSide(item);
        if (optional === undefined || !this.changedIn(optional).includes(place)) return { ...item, left, right };
        const [kept, matched] = optional === item.right ? [left, right] : [right, left];
        return { ...item, type: "left-semi", left: kept, right: matched };
      }
      default:
        throw new TypeError(`no changes are looked for in ${item.kind}`);
    }
  }

  private touchedQuery(query: Query, place: FromItem, by: ChangedItems): Query {
    if (query.kind === "select") return { ...query, from: query.from.map((one) => this.touched(one, place, by)) };
    if (query.kind !== "set") throw new TypeError(`no changes are looked for in ${query.kind}`);
    const side = (one: Query) =>
      this.changedInQuery(one).includes(place) ? this.touchedQuery(one, place, by) : emptied(one);
    return { ...query, left: side(query.left), right: side(query.right) };
  }

  /** Throws NotIncremental unless rows that are added to the changed tables only add rows, each by itself. */
  checkAdditive(item: FromItem): void {
    if (this.changedIn(item).length === 0) return;
    if (item.kind === "subquery") this.checkAdditiveQuery(item.query);
    if (item.kind === "unpivot") this.checkAdditive(item.input);
    if (item.kind !== "join") return;
    const [left, right] = [this.changedIn(item.left), this.changedIn(item.right)];
    if (left.length > 0 && right.length > 0) throw new NotIncremental("both sides of a join have changed");
    if (this.isNarrowed(item)) throw new NotIncremental("the optional side of a join has changed");
    this.checkAdditive(item.left);
    this.checkAdditive(item.right);
  }

  private checkAdditiveQuery(query: Query): void {
    if (query.kind === "set") for (const side of [query.left, query.right]) this.checkAdditiveQuery(side);
    if (query.kind === "select") this.checkAdditiveItems(query.from);
  }

  checkAdditiveItems(items: readonly FromItem[]): void {
    if (items.filter((one) => this.changedIn(one).length > 0).length > 1)
      throw new NotIncremental("both sides of a join have changed");
    for (const item of items) this.checkAdditive(item);
  }

  /** Of an additive item: the rows that the new rows of its tables add. */
  added(item: FromItem, inserted: (place: FromItem) => FromItem): FromItem {
    if (item.kind === "subquery" && this.changedIn(item).length > 0)
      return { ...item, query: this.addedQuery(item.query, inserted) };
    if (item.kind === "join")
      return { ...item, left: this.added(item.left, inserted), right: this.added(item.right, inserted) };
    if (item.kind === "unpivot") return { ...item, input: this.added(item.input, inserted) };
    return this.isChanged(item) ? inserted(item) : item;
  }

  private addedQuery(query: Query, inserted: (place: FromItem) => FromItem): Query {
    if (this.changedInQuery(query).length === 0) return emptied(query);
    if (query.kind === "select") return { ...query, from: query.from.map((one) => this.added(one, inserted)) };
    if (query.kind !== "set") throw new TypeError(`no rows are added by ${query.kind}`);
    return { ...query, left: this.addedQuery(query.left, inserted), right: this.addedQuery(query.right, inserted) };
  }
}

/** The side of a join that adds to rows, or chooses them, but has none of its own. */
function optionalSide(item: Extract<FromItem, { kind: "join" }>): FromItem | undefined {
  if (item.type === "left" || item.type === "left-semi" || item.type === "left-anti") return item.right;
  return item.type === "right" ? item.left : undefined;
}

/** The same columns, and no row. */
function emptied(query: Query): Query {
  const never = { kind: "literal", dataType: { kind: "boolean" }, value: "false" } as const;
  return selectOf({ kind: "subquery", query, lateral: false, columns: [] }, { where: never });
}

function inSubquery(): NotIncremental {
  return new NotIncremental("a subquery in an expression reads a table that has changed");
}
