/** Random queries of materialized views over two tables: each form with keys, conditions and aggregates that are drawn. */
type Random = () => number;

export function pick<Item>(next: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(next() * items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

const maybe = (next: Random, share: number, text: string): string => (next() < share ? text : "");

const CONDITIONS = ["r.v > 2", "r.k IS NOT NULL", "r.d % 3 <> 1", "length(r.k) > 0 OR r.v IS NULL", "r.x < 1.5"];
const AGGREGATES = [
  "count(*) AS n",
  "count(r.v) AS nv",
  "count(DISTINCT r.d) AS nd",
  "sum(r.v) AS sv",
  "sum(r.x) AS sx",
  "avg(r.v) AS av",
  "min(r.d) AS least",
  "max(r.x) AS most",
  "max(r.k) AS greatest",
  "count_if(r.v > 3) AS big",
  "sum(CAST(r.v AS DECIMAL(10, 2))) AS sd",
];
const KEYS = ["r.k AS k", "r.d AS d", "r.d % 3 AS m", "coalesce(r.k, 'none') AS c", "r.v > 2 AS big_v"];

const where = (next: Random): string => maybe(next, 0.5, ` WHERE ${pick(next, CONDITIONS)}`);

function aggregates(next: Random): string {
  const own = AGGREGATES.filter(() => next() < 0.3);
  return (own.length > 0 ? own : ["count(*) AS n"]).join(", ");
}

function keys(next: Random): readonly string[] {
  const own = KEYS.filter(() => next() < 0.4);
  return own.length > 0 ? own : ["r.k AS k"];
}

function grouped(next: Random, from: string): string {
  const list = keys(next);
  const plain = list.map((one) => one.slice(0, one.lastIndexOf(" AS ")));
  const names = list.map((one) => one.slice(one.lastIndexOf(" AS ") + 4));
  const by = pick(next, [plain.join(", "), list.map((_, i) => i + 1).join(", "), "ALL", names.join(", ")]);
  // A name of FROM goes before an alias, and `k` and `d` are both.
  const shown = by === names.join(", ") && /\bs\b/.test(from) ? plain.join(", ") : by;
  return `SELECT ${list.join(", ")}, ${aggregates(next)} FROM ${from}${where(next)} GROUP BY ${shown}${maybe(next, 0.3, " HAVING count(*) > 1")}`;
}

const JOINS = ["JOIN", "LEFT JOIN", "LEFT SEMI JOIN", "LEFT ANTI JOIN", "RIGHT JOIN", "FULL JOIN"];

type Form = (next: Random) => string;

export const FORMS: Readonly<Record<string, Form>> = {
  rows: (next) => `SELECT r.id, r.k, upper(r.k) AS u, r.v + 1 AS w, r.x FROM r${where(next)}`,
  star: (next) => `SELECT * FROM r${where(next)}`,
  grouped: (next) => grouped(next, "r"),
  total: (next) => `SELECT ${aggregates(next)} FROM r${where(next)}`,
  distinct: (next) => `SELECT DISTINCT ${keys(next).join(", ")} FROM r${where(next)}`,
  joined: (next) => {
    const type = pick(next, JOINS);
    const list = /SEMI|ANTI/.test(type) ? "r.id, r.k, r.v" : "r.id, r.k, r.v, s.name, s.w";
    return `SELECT ${list} FROM r ${type} s ON r.k = s.k${maybe(next, 0.3, " AND s.w > 1")}${maybe(next, 0.3, " WHERE r.v > 1")}`;
  },
  "joined and grouped": (next) =>
    grouped(next, `r ${pick(next, ["JOIN", "LEFT JOIN", "LEFT SEMI JOIN", "LEFT ANTI JOIN"])} s ON r.k = s.k`),
  "grouped by the other": (next) =>
    `SELECT s.name, count(*) AS n, sum(r.v) AS sv FROM ${pick(next, ["r JOIN s ON r.k = s.k", "s LEFT JOIN r ON r.k = s.k", "r RIGHT JOIN s ON r.k = s.k", "r, s"])}${pick(next, ["", " WHERE r.k = s.k"])} GROUP BY s.name`,
  "grouped and joined": (next) =>
    `SELECT a.k, a.n, s.name FROM (SELECT k, count(*) AS n FROM r GROUP BY k) a ${pick(next, ["JOIN", "LEFT JOIN"])} s ON a.k = s.k`,
  union: (next) =>
    `SELECT k, v FROM r${where(next)} UNION ${pick(next, ["ALL", "ALL", "DISTINCT"])} SELECT ${pick(next, ["k", "name"])}, w FROM s`,
  "grouped union": () =>
    "SELECT k, sum(v) AS sv, count(*) AS n FROM (SELECT k, v FROM r UNION ALL SELECT k, w FROM s) GROUP BY k",
  with: (next) =>
    `WITH a AS (SELECT id, k, v FROM r${where(next)}), b AS (SELECT k, sum(v) AS sv FROM a GROUP BY k) SELECT k, sv * 2 AS twice FROM b${maybe(next, 0.5, " WHERE sv > 5")}`,
  "with twice": () =>
    "WITH a AS (SELECT k, v FROM r) SELECT x.k, x.v, y.v AS other FROM a x JOIN a y ON x.k = y.k AND x.v < y.v",
  view: (next) =>
    pick(next, [
      "SELECT k, n FROM grouped_view WHERE n > 1",
      "SELECT id, k FROM filtered_view",
      "SELECT k, count(*) AS n FROM filtered_view GROUP BY k",
    ]),
  ranked: (next) =>
    `SELECT * FROM (SELECT id, k, v, ${pick(next, ["rank()", "dense_rank()", "row_number()"])} OVER (PARTITION BY k ORDER BY v DESC, id) AS place FROM r) WHERE place ${pick(next, ["= 1", "<= 2"])}`,
  windows: (next) =>
    `SELECT id, k, d, sum(v) OVER (PARTITION BY k) AS total, ${pick(next, ["max(v) OVER (PARTITION BY k, d)", "rank() OVER (PARTITION BY d, k ORDER BY x)", "count(*) OVER (PARTITION BY k ORDER BY d)"])} AS other FROM r${maybe(next, 0.3, " QUALIFY total > 3")}`,
  "named window": () => "SELECT id, k, sum(v) OVER w AS sv, max(d) OVER w AS md FROM r WINDOW w AS (PARTITION BY k)",
  exploded: (next) =>
    pick(next, [
      "SELECT id, e FROM r LATERAL VIEW explode(array(d, d + 1)) t AS e",
      "SELECT k, explode(split(k, '')) AS e FROM r",
      "SELECT e, count(*) AS n FROM r LATERAL VIEW explode(array(d, v)) t AS e GROUP BY e",
    ]),
  subquery: (next) =>
    pick(next, [
      "SELECT id, k FROM r WHERE EXISTS (SELECT 1 FROM s WHERE s.k = r.k)",
      "SELECT id, k FROM r WHERE k IN (SELECT k FROM s)",
      "SELECT k, count(*) AS n, (SELECT max(w) FROM s) AS w FROM r GROUP BY k",
    ]),
  limited: () => "SELECT id, k FROM r ORDER BY id, k, v, d, x LIMIT 3",
  sets: (next) => `SELECT k FROM r ${pick(next, ["INTERSECT", "EXCEPT", "EXCEPT ALL"])} SELECT k FROM s`,
  "grouping sets": () => "SELECT k, d, count(*) AS n FROM r GROUP BY ROLLUP (k, d)",
  constant: () => "SELECT 1 AS one",
  clock: () => "SELECT k, count(*) AS n FROM r WHERE current_date() > DATE '2020-01-01' GROUP BY k",
  collected: () => "SELECT k, sort_array(collect_list(v)) AS vs FROM r GROUP BY k",
  "distinct of groups": () => "SELECT DISTINCT k FROM (SELECT k, d, count(*) AS n FROM r GROUP BY k, d) WHERE n > 1",
  "other table": () => "SELECT name, sum(w) AS w FROM s GROUP BY name",
  "two joins": (next) =>
    `SELECT a.id, b.name, c.w FROM r a ${pick(next, ["JOIN", "LEFT JOIN"])} s b ON a.k = b.k ${pick(next, ["JOIN", "LEFT JOIN", "LEFT ANTI JOIN"]).replace("LEFT ANTI JOIN", "LEFT JOIN")} s c ON ${pick(next, ["c.w = a.d", "c.k = b.name"])}`,
  "with itself": (next) => {
    const type = pick(next, ["JOIN", "LEFT JOIN", "LEFT SEMI JOIN", "LEFT ANTI JOIN", "FULL JOIN"]);
    const other = /SEMI|ANTI/.test(type) ? "a.v" : "b.v";
    return `SELECT A.ID, a.K, ${other} AS other FROM R a ${type} r B ON a.k ${pick(next, ["=", "<=>"])} b.K AND a.id < b.id`;
  },
  nested: (next) =>
    pick(next, [
      "SELECT id, k, named_struct('d', d, 'xs', array(x, -x)) AS st FROM r",
      "SELECT DISTINCT k, named_struct('d', d, 'x', x) AS st, array(x) AS xs FROM r",
      "SELECT k, max(named_struct('v', v, 'd', d)) AS greatest FROM r GROUP BY k",
      "SELECT named_struct('k', k, 'd', d) AS st, count(*) AS n FROM r GROUP BY named_struct('k', k, 'd', d)",
    ]),
  "grouped numbers": (next) =>
    pick(next, [
      "SELECT x, count(*) AS n FROM r GROUP BY x",
      "SELECT k, x, count(*) AS n, max(x) AS most FROM r GROUP BY k, x",
      "SELECT CAST(v AS DECIMAL(12, 2)) / 4 AS q, sum(CAST(v AS DECIMAL(12, 2))) AS s FROM r GROUP BY ALL",
      "SELECT upper(k) AS k, avg(x) AS mean, min(x) AS least FROM r GROUP BY upper(k)",
    ]),
  "filtered aggregates": (next) =>
    `SELECT K, count(*) FILTER (WHERE V > 2) AS n, sum(v) FILTER (WHERE D = 1) AS s, count(DISTINCT d, v) AS nd FROM R GROUP BY k${maybe(next, 0.5, " HAVING sum(V) > 3 OR count(x) = 0")}`,
  "not there": (next) =>
    pick(next, [
      "SELECT id, k FROM r WHERE k NOT IN (SELECT k FROM s)",
      "SELECT id, k FROM r WHERE NOT EXISTS (SELECT 1 FROM s WHERE s.k <=> r.k AND s.w > r.v)",
      "SELECT id, k FROM r WHERE v > (SELECT avg(w) FROM s)",
    ]),
  "union of joins": (next) =>
    `SELECT r.id, r.k, s.name FROM r ${pick(next, ["JOIN", "LEFT JOIN"])} s ON r.k = s.k UNION ALL SELECT id, k, 'own' FROM r${where(next)}`,
  ranges: () =>
    "SELECT id, k, sum(v) OVER (PARTITION BY k ORDER BY d RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS sv, cume_dist() OVER (PARTITION BY k ORDER BY v) AS c FROM r",
  "windows of a join": (next) =>
    `SELECT r.k, s.w, max(r.v) OVER (PARTITION BY r.k) AS most FROM r ${pick(next, ["JOIN", "LEFT JOIN"])} s ON r.k = s.k`,
  "groups of groups": () => "SELECT n, count(*) AS groups FROM (SELECT k, count(*) AS n FROM r GROUP BY k) GROUP BY n",
  "joined groups": (next) =>
    `SELECT r.id, r.k, g.n FROM r ${pick(next, ["JOIN", "LEFT JOIN"])} (SELECT k, count(*) AS n FROM s GROUP BY k) g ON g.k = r.k`,
};
