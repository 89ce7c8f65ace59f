/** Random window functions: over a total order where the source has one, otherwise such that give the same for rows of one place. */
import { type Dice, type Expressions, PLAIN_SORTS } from "./query-expressions.js";
import type { Source } from "./query-sources.js";
import type { QuerySort } from "./query-tables.js";
import { all, list, optional, type Piece } from "./sketch.js";

const WINDOW_FRAMES = [
  "",
  "",
  " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
  " RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
  " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
];
const ROW_FRAMES = [
  " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
  " ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING",
  " ROWS UNBOUNDED PRECEDING",
  " ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING",
];

/** What may stand behind a key of ORDER BY. */
export function direction(dice: Dice): Piece {
  return optional(dice.one(["", " DESC", " NULLS LAST", " DESC NULLS FIRST", " ASC"]));
}

export function randomWindow(
  dice: Dice,
  source: Source,
  expressions: Expressions,
): { readonly piece: Piece; readonly sort: QuerySort } {
  const total = source.unique !== undefined && dice.chance(0.6);
  const partition = dice.chance(0.6)
    ? optional(
        "PARTITION BY ",
        list(
          ", ",
          dice.some(PLAIN_SORTS, 2).map((sort) => expressions.leaf(sort, false)),
        ),
        " ",
      )
    : "";
  const keys = dice.some(PLAIN_SORTS, 2).map((sort): Piece => all(expressions.leaf(sort, false), direction(dice)));
  const number = dice.one(["int", "decimal", "float"] as const);
  if (total) {
    const order = list(", ", [...keys, ...(source.unique ?? [])]);
    const sort = dice.one(PLAIN_SORTS);
    const nulls = dice.chance(0.3) ? optional(" IGNORE NULLS") : "";
    const value = expressions.of(sort, 1, false);
    const [call, gives, frame] = dice.one<readonly [Piece, QuerySort, Piece]>([
      ["row_number()", "int", ""],
      [`ntile(${1 + dice.below(4)})`, "int", ""],
      [all("lag(", value, `, ${dice.below(3)})`, nulls), sort, ""],
      [all("lead(", value, dice.one(["", ", 1", ", -1", ", 2, NULL"]), ")", nulls), sort, ""],
      [all("first_value(", value, ")", nulls), sort, dice.one([...ROW_FRAMES, ""])],
      [all("last_value(", value, ")", nulls), sort, dice.one([...ROW_FRAMES, ""])],
      [all("nth_value(", value, ", 2)", nulls), sort, dice.one([...ROW_FRAMES, ""])],
      [all("sum(", expressions.of("int", 1), ")"), "int", dice.one(ROW_FRAMES)],
      [all("count(", value, ")"), "int", dice.one(ROW_FRAMES)],
      [all("min(", value, ")"), sort, dice.one(ROW_FRAMES)],
      [all("max(", value, ")"), sort, dice.one(ROW_FRAMES)],
      [all("avg(", expressions.of("decimal", 1), ")"), "decimal", dice.one(ROW_FRAMES)],
      [all("collect_list(", expressions.of("int", 1), ")"), "ints", dice.one(ROW_FRAMES)],
    ]);
    return { sort: gives, piece: all(call, " OVER (", partition, "ORDER BY ", order, frame, ")") };
  }

  const one = dice.one<readonly [QuerySort, string]>([
    ["int", " RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING"],
    ["int", " RANGE BETWEEN 2 PRECEDING AND CURRENT ROW"],
    ["decimal", " RANGE BETWEEN 1.0 PRECEDING AND 0.5 FOLLOWING"],
    ["date", " RANGE BETWEEN INTERVAL '29' DAY PRECEDING AND CURRENT ROW"],
    ["date", " RANGE BETWEEN 30 PRECEDING AND CURRENT ROW"],
    ["timestamp", " RANGE BETWEEN INTERVAL '36' HOUR PRECEDING AND INTERVAL '12' HOUR FOLLOWING"],
  ]);
  const ordered = source.columns.filter((each) => each.sort === one[0] && (each.small || each.sort === "int"));
  const ranged = ordered.length > 0 && dice.chance(0.4);
  const order = ranged ? all(dice.one(ordered).name, direction(dice)) : list(", ", keys);
  const frame = ranged ? one[1] : dice.one(WINDOW_FRAMES.slice(0, 4));
  const ranks = ["rank()", "dense_rank()", "percent_rank()", "cume_dist()"];
  const [call, gives, within] = dice.one<readonly [Piece, QuerySort, Piece]>([
    [dice.one(ranks), "float", ""],
    [all("sum(", expressions.of("int", 1), ")"), "int", frame],
    [all("count(", expressions.leaf(dice.one(PLAIN_SORTS), false), ")"), "int", frame],
    [all(dice.one(["min", "max"]), "(", expressions.of(number, 1), ")"), number, frame],
    [all("avg(", expressions.of("decimal", 1), ")"), "decimal", frame],
    ["count(*)", "int", frame],
  ]);
  const rank = typeof call === "string" && ranks.includes(call);
  if (!rank && dice.chance(0.3)) return { sort: gives, piece: all(call, " OVER (", partition, ")") };
  return { sort: gives, piece: all(call, " OVER (", partition, "ORDER BY ", order, within, ")") };
}
