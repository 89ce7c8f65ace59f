/** The Python that shows dbt's database the lake's tables and takes the models out of it: run where dbt runs, so that the engine's version is dbt's. */

/** What both have: a request in a file, an answer on standard output, names in quotes. */
const COMMON = `import json, sys
import duckdb
request = json.load(open(sys.argv[1], encoding="utf-8"))
connection = duckdb.connect(request["database"], config={"threads": request["threads"]})
for key, value in request["settings"].items():
    connection.execute("SET %s = '%s'" % (key, str(value).replace("'", "''")))
def quoted(name):
    return '"' + name.replace('"', '""') + '"'
def relation(one):
    return ".".join(quoted(one[part]) for part in ("catalog", "schema", "name"))
for one in request["attached"]:
    connection.execute("ATTACH IF NOT EXISTS '%s' AS %s" % (one["path"].replace("'", "''"), quoted(one["alias"])))
def kind_of(one):
    found = connection.execute(
        "SELECT table_type FROM information_schema.tables WHERE lower(table_catalog) = lower(?) AND lower(table_schema) = lower(?) AND lower(table_name) = lower(?)",
        [one["catalog"], one["schema"], one["name"]]).fetchone()
    return found and found[0]
`;

/** Makes a view or a table of each object. Answers with those whose SQL this version of the engine does not take. */
export const SHOW_TABLES = `${COMMON}
refused = []
for one in request["objects"]:
    if kind_of(one):
        continue
    connection.execute("CREATE SCHEMA IF NOT EXISTS %s.%s" % (quoted(one["catalog"]), quoted(one["schema"])))
    try:
        connection.execute("CREATE %s %s AS SELECT * FROM %s AS lakelet_source" % (one["kind"], relation(one), one["sql"]))
    except duckdb.Error as error:
        refused.append({"index": one["index"], "message": str(error)})
print(json.dumps({"refused": refused}))
`;

/**
 * Writes each object's rows to a Parquet file, in types that a Delta table has. Where \`before\` is given (SQL of the rows that the lake has),
 * it answers whether rows were only added, and then writes those alone.
 */
export const TAKE_MODELS = `${COMMON}
PLAIN = {"hugeint": "BIGINT", "uhugeint": "BIGINT", "ubigint": "DECIMAL(20,0)", "uinteger": "BIGINT", "usmallint": "INTEGER", "utinyint": "SMALLINT",
    "timestamp_s": "TIMESTAMP", "timestamp_ms": "TIMESTAMP", "timestamp_ns": "TIMESTAMP", "uuid": "VARCHAR", "json": "VARCHAR", "bit": "VARCHAR",
    "time": "VARCHAR", "time_ns": "VARCHAR", "time with time zone": "VARCHAR", "interval": "VARCHAR", "enum": "VARCHAR", "union": "VARCHAR", "null": "VARCHAR",
    "sqlnull": "VARCHAR", "bignum": "VARCHAR"}
def stored(kind):
    if str(kind).upper() == "JSON":
        return "VARCHAR"
    if kind.id in ("list", "array"):
        return stored(kind.children[0][1]) + "[]"
    if kind.id == "struct":
        return "STRUCT(" + ", ".join(quoted(name) + " " + stored(inner) for name, inner in kind.children) + ")"
    if kind.id == "map":
        return "MAP(" + stored(kind.children[0][1]) + ", " + stored(kind.children[1][1]) + ")"
    return PLAIN.get(kind.id, PLAIN.get(str(kind).lower(), str(kind)))
def selected(source):
    relation = connection.sql("SELECT * FROM %s AS lakelet_source" % source)
    columns = [(name, stored(kind)) for name, kind in zip(relation.columns, relation.types)]
    texts = ["CAST(%s AS %s) AS %s" % (quoted(name), kind, quoted(name)) for name, kind in columns]
    return columns, "SELECT " + ", ".join(texts) + " FROM %s AS lakelet_source" % source
taken = []
for one in request["objects"]:
    if not kind_of(one):
        taken.append({"index": one["index"], "rows": "gone"})
        continue
    columns, after = selected(relation(one))
    rows, query = "all", after
    if one.get("before"):
        known, before = selected(one["before"])
        rows = "changed"
        if known == columns:
            if not connection.execute("SELECT 1 FROM (%s EXCEPT ALL %s) LIMIT 1" % (before, after)).fetchone():
                rows, query = "added", "%s EXCEPT ALL %s" % (after, before)
        else:
            rows = "all"
    path = one["file"].replace("'", "''")
    count = connection.execute("COPY (%s) TO '%s' (FORMAT parquet, COMPRESSION snappy)" % (query, path)).fetchone()[0]
    taken.append({"index": one["index"], "rows": rows, "count": count})
print(json.dumps({"taken": taken}))
`;
