/** The functions and operators that the expression suite nests: Spark SQL with holes, and the sort that each gives. */
import type { Sort } from "./edge-rows.js";

/** What may stand in a hole: an expression of a sort, of any of some sorts, or one of some constants. */
export interface Hole {
  readonly sorts?: readonly Sort[];
  readonly constants?: readonly string[];
}
export interface Form {
  /** Around the holes, one more than those. */
  readonly parts: readonly string[];
  readonly holes: readonly Hole[];
  readonly gives: Sort;
}

const NUMERIC: readonly Sort[] = ["integral", "float", "decimal"];
const ARRAYS: readonly Sort[] = ["ints", "strings", "doubles"];
const ATOMIC: readonly Sort[] = [...NUMERIC, "string", "boolean", "date", "timestamp", "ntz", "binary"];

const HOLES: Readonly<Record<string, Hole>> = {
  I: { sorts: ["integral"] },
  F: { sorts: ["float"] },
  C: { sorts: ["decimal"] },
  N: { sorts: NUMERIC },
  S: { sorts: ["string"] },
  B: { sorts: ["boolean"] },
  D: { sorts: ["date"] },
  T: { sorts: ["timestamp"] },
  Z: { sorts: ["ntz"] },
  W: { sorts: ["date", "timestamp", "ntz"] },
  Y: { sorts: ["binary"] },
  U: { sorts: ["string", "binary"] },
  AI: { sorts: ["ints"] },
  AS: { sorts: ["strings"] },
  AD: { sorts: ["doubles"] },
  A: { sorts: ARRAYS },
  M: { sorts: ["map"] },
  R: { sorts: ["struct"] },
  P: { sorts: ["months"] },
  Q: { sorts: ["micros"] },
  X: { sorts: ATOMIC },
  E: { sorts: [...ATOMIC, ...ARRAYS, "struct"] },
  n: { constants: ["0", "1", "2", "-1", "3", "5", "-2", "10", "t", "NULL"] },
  c: { constants: ["0", "1", "2", "-1", "3", "-3", "8"] },
  unit: {
    constants: ["YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND"],
  },
  part: {
    constants: [
      "YEAR",
      "QUARTER",
      "MONTH",
      "WEEK",
      "DAY",
      "DOW",
      "DOY",
      "HOUR",
      "MINUTE",
      "SECOND",
      "YEAROFWEEK",
      "DAYOFWEEK_ISO",
    ],
  },
  trunc: {
    constants: [
      "'year'",
      "'MM'",
      "'week'",
      "'quarter'",
      "'day'",
      "'hour'",
      "'minute'",
      "'second'",
      "'millisecond'",
      "'xx'",
      "NULL",
    ],
  },
  fmt: {
    constants: [
      "'yyyy-MM-dd'",
      "'yyyy-MM-dd HH:mm:ss'",
      "'dd.MM.yyyy'",
      "'EEE, d MMM yyyy'",
      "'yyyyMMdd'",
      "'HH:mm:ss.SSSSSS'",
      "'D q'",
      "'yy-M-d h:m a'",
      "'G y'",
    ],
  },
  zone: { constants: ["'UTC'", "'Europe/Berlin'", "'America/New_York'", "'+02:00'", "'Asia/Kolkata'"] },
  day: { constants: ["'MO'", "'Sunday'", "'tue'", "'xx'", "s"] },
  re: {
    constants: [
      "'a'",
      "'[a-z]+'",
      "'(\\\\d+)'",
      "'^.'",
      "''",
      "'(a)|(b)'",
      "'\\\\s*,\\\\s*'",
      "'(?i)B'",
      "'.$'",
      "','",
    ],
  },
  sub: { constants: ["''", "'$0'", "'<$1>'", "'-'", "'x'"] },
  like: { constants: ["'a%'", "'%b%'", "'_'", "''", "'%'", "'a_c'", "'\\\\%%'", "s"] },
  path: { constants: ["'$.a'", "'$.a.b'", "'$'", "'$[0]'", "'$.a.b[2].c'", "'$[*]'", "'$.b'"] },
  itv: {
    constants: [
      "INTERVAL '1' DAY",
      "INTERVAL '1' MONTH",
      "INTERVAL '-13' MONTH",
      "INTERVAL '1 02:03:04.5' DAY TO SECOND",
      "INTERVAL '100' YEAR",
      "INTERVAL '36' HOUR",
    ],
  },
  ditv: { constants: ["INTERVAL '1' DAY", "INTERVAL '1' MONTH", "INTERVAL '-13' MONTH", "INTERVAL '100' YEAR"] },
  cmp: { constants: ["=", "<>", "<", "<=", ">", ">=", "<=>"] },
  ints: { constants: ["tinyint", "smallint", "int", "bigint"] },
  floats: { constants: ["float", "double"] },
  decs: { constants: ["decimal(5,2)", "decimal(10,0)", "decimal(38,18)", "decimal(38,0)", "decimal(4,4)"] },
  cast: { constants: ["CAST", "TRY_CAST"] },
  bits: { constants: ["0", "224", "256", "384", "512", "1"] },
  enc: { constants: ["'UTF-8'", "'UTF-16'", "'US-ASCII'", "'ISO-8859-1'", "'UTF-16BE'"] },
  bool: { constants: ["true", "false"] },
  pos: { constants: ["1", "2", "3", "10"] },
  numfmt: { constants: ["'#,##0.00'", "2", "0", "5", "'0.0'", "'#'"] },
  printf: { constants: ["'%d'", "'%05d'", "'%x'", "'%,d'", "'%-6d|'"] },
  fprintf: { constants: ["'%.2f'", "'%e'", "'%10.1f'", "'%g'"] },
};

const FORMS: Readonly<Partial<Record<Sort, string>>> = {
  integral: `
    ({I} + {I}); ({I} - {I}); ({I} * {I}); ({I} % {I}); ({N} div {N}); (- {I}); abs({I}); pmod({I}, {I}); mod({I}, {I}); try_add({I}, {I}); try_subtract({I}, {I})
    try_multiply({I}, {I}); try_mod({I}, {I}); sign({N}); ({I} & {I}); ({I} | {I}); ({I} ^ {I}); (~ {I}); shiftleft({I}, {c}); shiftright({I}, {c}); shiftrightunsigned({I}, {c})
    bit_count({I}); bit_get({I}, {n}); factorial({n}); ceil({N}); floor({N}); ceil({N}, {c}); floor({N}, {c}); round({I}, {c}); bround({I}, {c}); width_bucket({F}, {F}, {F}, {n})
    {cast}({X} AS {ints}); {cast}({S} AS {ints}); {cast}({F} AS {ints}); {cast}({C} AS {ints}); length({U}); octet_length({U}); bit_length({U}); ascii({S}); instr({S}, {S}); locate({S}, {S}, {n})
    levenshtein({S}, {S}); levenshtein({S}, {S}, {c}); find_in_set({S}, {S}); regexp_count({S}, {re}); regexp_instr({S}, {re}); hash({E}, {X}); xxhash64({E}); crc32({Y})
    year({W}); quarter({W}); month({W}); day({W}); dayofweek({W}); weekday({W}); dayofyear({W}); weekofyear({W}); hour({T}); minute({T}); second({T}); extract({part} FROM {W}); date_part('YEAR', {W})
    datediff({D}, {D}); datediff({unit}, {T}, {T}); timestampdiff({unit}, {Z}, {Z}); unix_timestamp({W}); unix_timestamp({S}, {fmt}); unix_seconds({T}); unix_millis({T}); unix_micros({T}); unix_date({D})
    size({A}); size({M}); array_size({A}); array_position({AI}, {n}); array_max({AI}); array_min({AI}); element_at({AI}, {n}); try_element_at({AI}, {n}); get({AI}, {n}); {AI}[{n}]; {M}['a']; element_at({M}, {S}); try_element_at({M}, {S}); {R}.a
    aggregate({AI}, 0, (acc, x) -> acc + x); aggregate({AI}, 0L, (acc, x) -> acc + coalesce(x, 0), acc -> acc * 2); if({B}, {I}, {I}); coalesce({I}, {I}); nvl2({E}, {I}, {I}); nullif({I}, {I}); greatest({I}, {I}, {I}); least({I}, {I})
    nullifzero({I}); zeroifnull({I}); CASE WHEN {B} THEN {I} ELSE {I} END; CASE {X} WHEN {X} THEN {I} END; json_array_length({S}); position({S} IN {S}); char_length({S}); cardinality({A})
    ({P} div {P}); ({Q} div {Q}); extract(YEAR FROM {P}); extract(MONTH FROM {P}); extract(DAY FROM {Q}); extract(HOUR FROM {Q}); {cast}({P} AS BIGINT); {cast}({Q} AS BIGINT); extract(MINUTE FROM {Q})`,
  float: `
    ({F} + {F}); ({F} - {N}); ({F} * {N}); ({N} / {N}); ({F} % {F}); (- {F}); abs({F}); pmod({F}, {F}); try_divide({N}, {N}); try_add({F}, {N}); sqrt({N}); cbrt({N}); exp({N}); expm1({N}); ln({N}); log({N}, {N}); log10({N}); log2({N}); log1p({N})
    power({N}, {N}); rint({N}); sin({F}); cos({F}); tan({F}); cot({F}); asin({F}); acos({F}); atan({F}); atan2({F}, {F}); sinh({F}); cosh({F}); tanh({F}); degrees({F}); radians({F}); hypot({F}, {F}); signum({F}); round({F}, {c}); round({F}); bround({F}, {c})
    {cast}({X} AS {floats}); {cast}({S} AS {floats}); nanvl({F}, {F}); greatest({F}, {F}); least({F}, {F}); coalesce({F}, {N}); if({B}, {F}, {F}); array_max({AD}); array_min({AD}); {AD}[{n}]; element_at({AD}, {n}); months_between({W}, {W}); months_between({W}, {W}, {B})
    CASE WHEN {B} THEN {F} ELSE {N} END; nullif({F}, {F}); acosh({F}); asinh({F}); atanh({F}); sec({F}); csc({F}); e() * {F}; positive({F}); ifnull({F}, {N}); try_multiply({F}, {N}); try_subtract({F}, {F})
    signum({P}); signum({Q})`,
  decimal: `
    ({C} + {C}); ({C} - {C}); ({C} * {C}); ({C} / {C}); ({C} % {C}); ({C} + {I}); ({C} * {I}); ({I} / {C}); pmod({C}, {C}); round({C}, {c}); round({C}); bround({C}, {c}); ceil({C}, {c}); floor({C}, {c}); {cast}({N} AS {decs}); {cast}({S} AS {decs})
    coalesce({C}, {N}); greatest({C}, {C}); least({C}, {I}); if({B}, {C}, {C}); try_add({C}, {C}); try_multiply({C}, {C}); try_divide({C}, {C}); try_subtract({C}, {C}); nullif({C}, {C}); CASE WHEN {B} THEN {C} ELSE {I} END; {cast}({X} AS {decs}); mod({C}, {I}); extract(SECOND FROM {T})
    (- {C}); abs({C}); extract(SECOND FROM {Q})`,
  string: `
    upper({S}); lower({S}); initcap({S}); trim({S}); ltrim({S}); rtrim({S}); btrim({S}, {S}); trim(BOTH {S} FROM {S}); trim(LEADING {S} FROM {S}); lpad({S}, {n}, {S}); rpad({S}, {n}, {S}); lpad({S}, {n}); repeat({S}, {n}); reverse({S}); space({n}); chr({I}); elt({n}, {S}, {S})
    substring({S}, {n}, {n}); substring({S}, {n}); left({S}, {n}); right({S}, {n}); split_part({S}, {S}, {n}); substring_index({S}, {S}, {n}); replace({S}, {S}, {S}); replace({S}, {S}); translate({S}, {S}, {S}); overlay({S} PLACING {S} FROM {n}); overlay({S} PLACING {S} FROM {n} FOR {n})
    concat({S}, {X}); ({S} || {X}); concat_ws({S}, {S}, {AS}); concat_ws(',', {X}, {S}); {cast}({E} AS STRING); {cast}({F} AS STRING); {cast}({N} AS STRING); {cast}({W} AS STRING); {cast}({A} AS STRING); {cast}({M} AS STRING); {cast}({R} AS STRING)
    regexp_replace({S}, {re}, {sub}); regexp_replace({S}, {re}, {sub}, {pos}); regexp_extract({S}, {re}, {c}); regexp_substr({S}, {re}); soundex({S}); base64({U}); hex({I}); hex({U}); bin({I}); conv({S}, 16, 10); conv({S}, {n}, {n}); md5({U}); sha1({U}); sha2({U}, {bits}); decode({Y}, {enc}); decode({X}, {X}, {S}, {S})
    format_string({printf}, {I}); format_string({fprintf}, {F}); format_string('%s|%s', {X}, {S}); format_number({N}, {numfmt}); mask({S}); mask({S}, 'X', 'x', 'n', '-'); url_encode({S}); url_decode({S}); try_url_decode({S}); date_format({W}, {fmt}); from_unixtime({I}); from_unixtime({I}, {fmt}); dayname({W}); monthname({W})
    array_join({AS}, {S}); array_join({A}, ',', {S}); get_json_object({S}, {path}); to_json({R}); to_json({M}); to_json({A}); typeof({E}); coalesce({S}, {X}); nvl({S}, {S}); if({B}, {S}, {X}); greatest({S}, {S}); least({S}, {S}); nullif({S}, {S}); CASE WHEN {B} THEN {S} ELSE {X} END; element_at({AS}, {n}); {AS}[{n}]; {R}.b
    array_max({AS}); array_min({AS}); to_csv({R}); schema_of_json('{{"a":1}}'); aggregate({AS}, '', (acc, x) -> concat(acc, coalesce(x, '-'))); quote({S}); character_length({S}) || {S}; split({S}, {re})[{n}]; parse_url({S}, 'HOST'); encode({S}, {enc}) || ''; ucase({S}); string({X})
    {cast}({P} AS STRING); {cast}({Q} AS STRING); concat({P}, {S})`,
  boolean: `
    ({X} {cmp} {X}); ({N} {cmp} {N}); ({S} {cmp} {S}); ({W} {cmp} {W}); ({W} {cmp} {S}); ({N} {cmp} {S}); ({A} {cmp} {A}); ({R} {cmp} {R}); ({Y} {cmp} {Y}); ({B} AND {B}); ({B} OR {B}); (NOT {B}); ({E} IS NULL); ({E} IS NOT NULL); ({B} IS TRUE); ({B} IS NOT FALSE); ({B} IS UNKNOWN)
    ({N} BETWEEN {N} AND {N}); ({X} IN ({X}, {X})); ({N} IN ({N}, {N}, NULL)); ({S} NOT IN ({S}, {S})); ({S} LIKE {like}); ({S} ILIKE {like}); ({S} LIKE ANY ({like}, {like})); ({S} NOT LIKE ALL ({like}, {like})); ({S} RLIKE {re}); regexp_like({S}, {re}); startswith({U}, {U}); endswith({U}, {U}); contains({U}, {U})
    isnan({N}); {cast}({X} AS BOOLEAN); {cast}({S} AS BOOLEAN); array_contains({AI}, {N}); array_contains({AS}, {S}); array_contains({AD}, {F}); arrays_overlap({A}, {A}); exists({AI}, x -> x > {n}); forall({AI}, x -> x > {n}); exists({AS}, x -> x LIKE {like}); map_contains_key({M}, {S}); ({E} IS DISTINCT FROM {E}); equal_null({X}, {X})
    if({B}, {B}, {B}); coalesce({B}, {B}); luhn_check({S}); isnotnull({E}); (({X}, {X}) = ({X}, {X})); ({F} {cmp} {F}); is_valid_utf8({S}); ({I} {cmp} {C}); ({E} {cmp} {E}); greatest({B}, {B}); bool({X})
    ({P} {cmp} {P}); ({Q} {cmp} {Q}); ({P} IN ({P}, {P})); ({Q} BETWEEN {Q} AND {Q}); ({Q} IS NULL)`,
  date: `
    date_add({D}, {n}); date_sub({D}, {n}); ({D} + {n}); ({D} - {n}); ({D} + {ditv}); ({D} - {ditv}); add_months({W}, {n}); last_day({W}); next_day({W}, {day}); trunc({W}, {trunc}); {cast}({W} AS DATE); {cast}({S} AS DATE); to_date({S}); to_date({S}, {fmt}); make_date({I}, {n}, {n}); make_date(2024, {n}, {n}); date_from_unix_date({I})
    coalesce({D}, {D}); if({B}, {D}, {D}); greatest({D}, {D}); least({D}, {W}); date({X}); nullif({D}, {D}); dateadd(DAY, {n}, {D})
    ({D} + {P}); ({D} - {P})`,
  timestamp: `
    ({T} + {itv}); ({T} - {itv}); ({D} + {itv}); date_trunc({trunc}, {W}); {cast}({W} AS TIMESTAMP); {cast}({S} AS TIMESTAMP); {cast}({N} AS TIMESTAMP); to_timestamp({S}); to_timestamp({S}, {fmt}); try_to_timestamp({S}); try_to_timestamp({S}, {fmt}); dateadd({unit}, {n}, {T}); timestampadd({unit}, {n}, {W}); timestamp_seconds({N}); timestamp_millis({I})
    timestamp_micros({I}); from_utc_timestamp({W}, {zone}); to_utc_timestamp({W}, {zone}); make_timestamp(2024, {n}, {n}, {n}, {n}, {N}); coalesce({T}, {W}); if({B}, {T}, {W}); greatest({T}, {W}); make_timestamp({I}, 1, 1, 0, 0, 0); try_make_timestamp({I}, {n}, {n}, {n}, {n}, {C})
    ({T} + {P}); ({T} - {Q}); ({D} + {Q})`,
  ntz: `
    ({Z} + {itv}); ({Z} - {itv}); {cast}({W} AS TIMESTAMP_NTZ); {cast}({S} AS TIMESTAMP_NTZ); to_timestamp_ntz({S}); to_timestamp_ntz({S}, {fmt}); convert_timezone({zone}, {zone}, {Z}); convert_timezone({zone}, {Z}); coalesce({Z}, {D}); if({B}, {Z}, {Z}); timestampadd({unit}, {n}, {Z}); date_trunc({trunc}, {Z}); make_timestamp_ntz(2024, {n}, {n}, {n}, {n}, {N})
    ({Z} - {P}); ({Z} + {Q})`,
  binary: `
    unhex({S}); unbase64({S}); encode({S}, {enc}); {cast}({S} AS BINARY); to_binary({S}, 'utf-8'); to_binary({S}, 'hex'); try_to_binary({S}, 'base64'); concat({Y}, {Y}); substring({Y}, {n}, {n}); left({Y}, {n}); right({Y}, {n}); lpad({Y}, {n}, {Y}); rpad({Y}, {n}, {Y}); overlay({Y} PLACING {Y} FROM {n}); coalesce({Y}, {U}); reverse({Y}); if({B}, {Y}, {Y})`,
  ints: `
    array({I}, {I}); array({I}, {N}); transform({AI}, x -> x + {n}); transform({AI}, (x, i) -> x * i); transform({A}, x -> {I}); filter({AI}, x -> x > {n}); filter({AI}, (x, i) -> i < {c}); array_distinct({AI}); array_union({AI}, {AI}); array_intersect({AI}, {AI}); array_except({AI}, {AI}); array_remove({AI}, {n}); sort_array({AI}); sort_array({AI}, {bool}); array_sort({AI})
    array_sort({AI}, (x, y) -> CASE WHEN x < y THEN 1 WHEN x > y THEN -1 ELSE 0 END); sequence({n}, {n}); sequence({n}, {n}, {n}); array_append({AI}, {N}); array_prepend({AI}, {I}); array_compact({AI}); array_insert({AI}, {c}, {I}); array_repeat({I}, {n}); flatten(array({AI}, {AI})); slice({AI}, {n}, {n}); concat({AI}, {AI}); reverse({AI})
    map_values({M}); zip_with({AI}, {AI}, (x, y) -> x + y); coalesce({AI}, {AI}); if({B}, {AI}, {AI}); {cast}({A} AS ARRAY<INT>); {cast}({A} AS ARRAY<TINYINT>); array_append({AI}, {n})`,
  strings: `
    array({S}, {X}); array({S}, {S}, NULL); split({S}, {re}); split({S}, {re}, {c}); regexp_extract_all({S}, {re}, {c}); transform({AS}, x -> upper(x)); transform({A}, x -> concat(x, {S})); filter({AS}, x -> x IS NOT NULL); array_distinct({AS}); array_union({AS}, {A}); array_except({AS}, {AS}); array_intersect({AS}, {AS}); array_remove({AS}, {S}); sort_array({AS}, {bool}); array_sort({AS})
    map_keys({M}); array_append({AS}, {S}); array_compact({AS}); array_insert({AS}, {c}, {S}); slice({AS}, {n}, {n}); concat({AS}, {A}); reverse({AS}); array_repeat({S}, {n}); {cast}({A} AS ARRAY<STRING>); json_object_keys({S}); from_json({S}, 'ARRAY<STRING>'); zip_with({AS}, {AI}, (x, y) -> concat(x, y)); array_sort({AS}, (x, y) -> length(x) - length(y))`,
  doubles: `
    array({F}, {N}); transform({AD}, x -> x * {F}); array_distinct({AD}); array_union({AD}, {AD}); array_intersect({AD}, {AD}); array_except({AD}, {AD}); sort_array({AD}, {bool}); array_sort({AD}); array_remove({AD}, {F}); {cast}({A} AS ARRAY<DOUBLE>); filter({AD}, x -> x > {F}); array_compact({AD}); concat({AD}, {A}); sequence({D}, {D}); reverse({AD}); array({W}, {D})`,
  map: `
    map({S}, {I}); map('a', {I}, 'b', {I}); map_from_arrays({AS}, {AI}); map_from_entries(arrays_zip({AS}, {AI})); map_concat({M}, {M}); map_filter({M}, (k, v) -> v > {n}); transform_values({M}, (k, v) -> v + {n}); transform_keys({M}, (k, v) -> concat(k, 'z')); map_zip_with({M}, {M}, (k, a, b) -> coalesce(a, b)); str_to_map({S}); str_to_map({S}, ',', ':'); coalesce({M}, {M}); if({B}, {M}, {M}); {cast}({M} AS MAP<STRING,BIGINT>)
    from_json({S}, 'MAP<STRING,INT>'); map({I}, {S}); map({X}, {E})`,
  struct: `
    named_struct('a', {I}, 'b', {S}); struct({I}, {S}); struct({E} AS a, {E} AS b); coalesce({R}, {R}); if({B}, {R}, {R}); {cast}({R} AS STRUCT<a:BIGINT,b:STRING>); from_json({S}, 'a INT, b STRING'); from_json({S}, 'a STRUCT<b:ARRAY<STRING>>, b STRING'); from_csv({S}, 'a INT, b STRING'); arrays_zip({AI}, {AS}); map_entries({M}); array_max(array({R}, {R})); element_at(array({R}), {n}); sort_array(array({R}, {R})); array_distinct(array({R}, {R})); array({R}, {R}); array({AI}, {AI}); transform({AI}, x -> named_struct('a', x, 'b', {S}))`,
  months: `
    ({P} + {P}); ({P} - {P}); (- {P}); abs({P}); ({P} * {N}); ({N} * {P}); ({P} / {N}); make_ym_interval({n}, {n}); {cast}({S} AS INTERVAL YEAR TO MONTH); {cast}({I} AS INTERVAL YEAR); {cast}({I} AS INTERVAL MONTH); {cast}({P} AS INTERVAL YEAR); try_add({P}, {P}); try_subtract({P}, {P}); try_multiply({P}, {I}); coalesce({P}, {P}); if({B}, {P}, {P}); greatest({P}, {P}); least({P}, {P})`,
  micros: `
    ({Q} + {Q}); ({Q} - {Q}); (- {Q}); abs({Q}); ({Q} * {N}); ({N} * {Q}); ({Q} / {N}); make_dt_interval({n}, {n}, {n}, {C}); {cast}({S} AS INTERVAL DAY TO SECOND); {cast}({I} AS INTERVAL DAY); {cast}({C} AS INTERVAL SECOND); {cast}({Q} AS INTERVAL DAY); {cast}({Q} AS INTERVAL HOUR TO MINUTE); try_add({Q}, {Q}); try_multiply({Q}, {F}); try_divide({Q}, {N}); coalesce({Q}, {Q}); if({B}, {Q}, {Q}); greatest({Q}, {Q}); ({T} - {T}); ({D} - {D}); ({Z} - {T})`,
};

export const EXPRESSION_FORMS: readonly Form[] = Object.entries(FORMS).flatMap(([gives, lines]) =>
  lines
    .split(/;|\n/)
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .map((one) => parseForm(one, gives as Sort)),
);

function parseForm(template: string, gives: Sort): Form {
  const parts = [""];
  const holes: Hole[] = [];
  // Doubled braces stand for one.
  for (const token of template.split(/(\{\{|\}\}|\{\w+\})/)) {
    const hole = HOLES[token.slice(1, -1)];
    if (/^\{\w+\}$/.test(token)) {
      if (hole === undefined) throw new Error(`${template} has the unknown hole ${token}`);
      holes.push(hole);
      parts.push("");
    } else {
      parts[parts.length - 1] += token === "{{" ? "{" : token === "}}" ? "}" : token;
    }
  }
  return { parts, holes, gives };
}
