/** The rows of a target as Spark SQL over the changes that were kept: a pure function of them, whatever the order in which they came. */
import type { DataType, StructField } from "../../schema/data-type.js";
import { quoteName } from "../../schema/type-text.js";
import { type DerivationRules, END_AT, isOrderable, OPERATION, SEQUENCE, START_AT } from "./change-settings.js";

export interface DerivedRows {
  readonly rules: DerivationRules;
  /** Relation of the kept changes. */
  readonly changes: string;
  /** Name of a relation with the keys to derive; all of them where absent. */
  readonly keys?: string;
  /** All changes up to the last truncation are as if they had never been. */
  readonly isTruncated: boolean;
}

const sequence = quoteName(SEQUENCE);
const operation = quoteName(OPERATION);
const PLACE = "`__place`";
const RANK = "`__rank`";
const EPOCH = "`__epoch`";
const RUN = "`__run`";
const STARTS = "`__starts`";
const START = "`__start`";
const DELETED = "`__deleted`";

/**
 * CTEs whose last one is `derived`. SCD 1: a row for each key, with OPERATION: `DELETE` where the target has none. SCD 2: the versions of each
 * key with START_AT and END_AT.
 */
export function derivedRows(derived: DerivedRows): string {
  const { rules } = derived;
  const steps = [`events AS (${events(derived)})`];
  const plain = rules.storedAs === 1 && rules.ignoreNull.size === 0;
  steps.push(`placed AS (${onePlaceEach(rules, plain)})`);
  if (plain) return [...steps, `derived AS (SELECT ${columns(rules)}, ${operation} FROM placed)`].join(",\n");
  if (rules.ignoreNull.size > 0) {
    steps.push(`epochs AS (${epochs(rules)})`, `filled AS (${filled(rules)})`);
  }
  const source = rules.ignoreNull.size > 0 ? "filled" : "placed";
  steps.push(...(rules.storedAs === 1 ? [lastOfEach(rules, source)] : versions(rules, source)));
  return steps.join(",\n");
}

function events({ rules, changes, keys, isTruncated }: DerivedRows): string {
  const match = rules.keys.map((key) => `e.${quoteName(key)} = touched.${quoteName(key)}`).join(" AND ");
  const truncated = `(SELECT max(${sequence}) FROM ${changes} AS t WHERE t.${operation} = 'TRUNCATE')`;
  return [
    `SELECT e.* FROM ${changes} AS e`,
    keys === undefined ? "" : `LEFT SEMI JOIN ${keys} AS touched ON ${match}`,
    `WHERE e.${operation} IN ('UPSERT', 'DELETE')`,
    isTruncated ? `AND e.${sequence} > ${truncated}` : "",
  ].join(" ");
}

/** One change for each key and sequence, or for each key alone. A delete stands before other changes at its place, those by their values. */
function onePlaceEach(rules: DerivationRules, onlyLast: boolean): string {
  const values = rules.data.map((one) => comparable(quoteName(one.name), one.dataType));
  const order = [
    ...(onlyLast ? [`${sequence} DESC`] : []),
    `${operation} ASC`,
    ...values.map((value) => `${value} DESC`),
  ];
  const place = onlyLast ? keyList(rules) : `${keyList(rules)}, ${sequence}`;
  const rank = `row_number() OVER (PARTITION BY ${place} ORDER BY ${order.join(", ")}) AS ${PLACE}`;
  return `SELECT * FROM (SELECT *, ${rank} FROM events) WHERE ${PLACE} = 1`;
}

/** Nothing of a row outlives its delete: what comes after is of another epoch. */
function epochs(rules: DerivationRules): string {
  return `SELECT *, sum(CASE WHEN ${operation} = 'DELETE' THEN 1 ELSE 0 END) OVER (${upToHere(keyList(rules))}) AS ${EPOCH} FROM placed`;
}

function filled(rules: DerivationRules): string {
  const window = upToHere(`${keyList(rules)}, ${EPOCH}`);
  const values = rules.data.map((one) => {
    const name = quoteName(one.name);
    return rules.ignoreNull.has(one.name) ? `${lastSaid(name, one.dataType, window)} AS ${name}` : name;
  });
  return `SELECT ${[keyList(rules), ...values, sequence, operation].join(", ")} FROM epochs`;
}

/** The last value that was not null, of a struct each field's. */
function lastSaid(value: string, type: DataType, window: string): string {
  const last = (path: string) => `last(CASE WHEN ${operation} = 'UPSERT' THEN ${path} END, true) OVER (${window})`;
  if (type.kind !== "struct") return last(value);
  const fields = type.fields.map(
    ({ name, dataType }) =>
      `'${name.replace(/[\\']/g, "\\$&")}', ${lastSaid(`${value}.${quoteName(name)}`, dataType, window)}`,
  );
  return `CASE WHEN ${last(value)} IS NOT NULL THEN named_struct(${fields.join(", ")}) END`;
}

function lastOfEach(rules: DerivationRules, source: string): string {
  const rank = `row_number() OVER (PARTITION BY ${keyList(rules)} ORDER BY ${sequence} DESC) AS ${RANK}`;
  return `derived AS (SELECT ${columns(rules)}, ${operation} FROM (SELECT *, ${rank} FROM ${source}) WHERE ${RANK} = 1)`;
}

/** Changes of a key that agree in what is tracked are one version, which has the values of the last of them. */
function versions(rules: DerivationRules, source: string): readonly string[] {
  const inOrder = `PARTITION BY ${keyList(rules)} ORDER BY ${sequence}`;
  const agree = rules.tracked.map((one) => {
    const value = comparable(quoteName(one.name), one.dataType);
    return `(lag(${value}) OVER (${inOrder}) <=> ${value})`;
  });
  const goesOn = [`(lag(${operation}) OVER (${inOrder}) <=> 'UPSERT')`, ...agree].join(" AND ");
  const starts = `CASE WHEN ${operation} = 'UPSERT' AND NOT (${goesOn}) THEN 1 ELSE 0 END AS ${STARTS}`;
  const ofRun = `PARTITION BY ${keyList(rules)}, ${RUN}`;
  const first = (kind: string) => `min(CASE WHEN ${operation} = '${kind}' THEN ${sequence} END) OVER (${ofRun})`;
  const last = `row_number() OVER (${ofRun} ORDER BY ${operation} DESC, ${sequence} DESC)`;
  const end = `coalesce(${DELETED}, lead(${START}) OVER (PARTITION BY ${keyList(rules)} ORDER BY ${START}))`;
  return [
    `marked AS (SELECT *, ${starts} FROM ${source})`,
    `runs AS (SELECT *, sum(${STARTS}) OVER (${upToHere(keyList(rules))}) AS ${RUN} FROM marked)`,
    `spans AS (SELECT *, ${first("UPSERT")} AS ${START}, ${first("DELETE")} AS ${DELETED}, ${last} AS ${RANK} FROM runs WHERE ${RUN} > 0)`,
    `derived AS (SELECT ${columns(rules)}, ${START} AS ${quoteName(START_AT)}, ${end} AS ${quoteName(END_AT)} FROM spans WHERE ${RANK} = 1)`,
  ];
}

function upToHere(partition: string): string {
  return `PARTITION BY ${partition} ORDER BY ${sequence} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW`;
}

function keyList({ keys }: DerivationRules): string {
  return keys.map(quoteName).join(", ");
}

function columns({ keys, data }: DerivationRules): string {
  return [...keys, ...data.map((one: StructField) => one.name)].map(quoteName).join(", ");
}

/** A value of any type as one that can be compared: maps and variants by their text. */
export function comparable(value: string, type: DataType): string {
  return isOrderable(type) ? value : `to_json(struct(${value}))`;
}
