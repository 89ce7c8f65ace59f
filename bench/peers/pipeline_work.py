"""B14 for delta-rs with pyarrow, for Polars and for dbt: bronze, silver with its ten rules, gold.

Rules that fail stop the work, rules that warn are counted, rows that break rules that drop go to a table of their own, with reasons.
"""

import functools
import json
import operator
import os
import time

DROP = ["amount_above_50", "no_number_7", "product_is_sold", "known_status"]
STATUSES = ["new", "paid", "shipped", "completed", "cancelled"]
COUNTRIES = ["PL", "DE", "FR", "ES", "IT", "SE", "US"]


def stop_on_failure(counts):
    for name in ("has_id", "a_piece_at_least", "no_debt"):
        if counts[name] > 0:
            raise ValueError(f"{name}: {counts[name]} rows")


# --- delta-rs with pyarrow ---


def rust(location, phase, files, day=None, **_):
    {"bronze": rust_bronze, "silver": rust_silver, "gold": rust_gold}[phase](location, files, day)


def rust_bronze(location, files, _):
    import pyarrow
    import pyarrow.csv as csv
    from deltalake import write_deltalake

    text, whole = pyarrow.string(), pyarrow.int64()
    kinds = {
        "order_id": whole, "customer_id": whole, "order_date": pyarrow.date32(), "status": text, "country": text,
        "product": text, "quantity": pyarrow.int32(), "amount": pyarrow.decimal128(12, 2), "reference": text,
        "updated_at": pyarrow.timestamp("us", "UTC"),
    }
    convert = csv.ConvertOptions(column_types=kinds)
    schema = pyarrow.schema(kinds.items())
    batches = (batch for file in files for batch in csv.open_csv(file, convert_options=convert))
    write_deltalake(f"{location}/bronze", pyarrow.RecordBatchReader.from_batches(schema, batches), mode="append")


def rust_silver(location, _, day):
    import datetime

    import pyarrow
    import pyarrow.compute as pc
    from deltalake import DeltaTable, write_deltalake

    field = pc.field
    decimal = pyarrow.decimal128
    rules = {
        "few_pieces": field("quantity") < 9,
        "has_reference": field("reference").is_valid(),
        "country_we_sell_to": field("country").isin(COUNTRIES),
        "amount_above_50": field("amount") > pyarrow.scalar(50, decimal(12, 2)),
        "no_number_7": field("order_id") - pc.multiply(pc.divide(field("order_id"), 1000), 1000) != 7,
        "product_is_sold": field("product") != "product-17",
        "known_status": field("status").isin(STATUSES),
        "has_id": field("order_id").is_valid(),
        "a_piece_at_least": field("quantity") >= 1,
        "no_debt": field("amount") >= pyarrow.scalar(0, decimal(12, 2)),
    }
    rules = {name: pc.coalesce(rule, False) for name, rule in rules.items()}
    total = pc.multiply(field("quantity").cast(decimal(10, 0)), field("amount")).cast(decimal(14, 2))
    columns = {
        **{name: field(name) for name in ("order_id", "customer_id", "order_date", "status")},
        "country": pc.utf8_upper(field("country")),
        **{name: field(name) for name in ("product", "quantity", "amount")},
        "total": total, "reference": field("reference"), "updated_at": field("updated_at"),
    }
    bronze = DeltaTable(f"{location}/bronze").to_pyarrow_dataset()
    is_new = pc.scalar(True) if day is None else field("order_date") == datetime.date.fromisoformat(day)
    is_good = functools.reduce(operator.and_, (rules[name] for name in DROP))
    broken = {name: pc.if_else(rule, 0, 1) for name, rule in rules.items()}
    counts = dict.fromkeys(rules, 0)
    for batch in bronze.scanner(columns=broken, filter=is_new).to_batches():
        for name in counts:
            counts[name] += pc.sum(batch[name]).as_py() or 0
    stop_on_failure(counts)
    good = bronze.scanner(columns=columns, filter=is_new & is_good)
    write_deltalake(f"{location}/silver", good.to_reader(), mode="append")
    none = pyarrow.scalar(None, pyarrow.string())
    reasons = [pc.if_else(rules[name], none, name) for name in DROP]
    options = pc.JoinOptions(null_handling="skip")
    reason = pc.Expression._call("binary_join_element_wise", [*reasons, pc.scalar("; ")], options)
    bad = bronze.scanner(columns={**columns, "quarantine_reason": reason}, filter=is_new & ~is_good)
    write_deltalake(f"{location}/quarantine", bad.to_reader(), mode="append")


def rust_gold(location, *_):
    import pyarrow
    from deltalake import DeltaTable, write_deltalake

    def gold(name, keys, columns, sums, names):
        rows = DeltaTable(f"{location}/silver").to_pyarrow_table(columns=columns)
        found = rows.group_by(keys).aggregate(sums).rename_columns(names)
        write_deltalake(f"{location}/{name}", found, mode="overwrite")

    gold(
        "gold_daily", ["order_date", "status"], ["order_date", "status", "quantity", "total"],
        [([], "count_all"), ("quantity", "sum"), ("total", "sum"), ("total", "max")],
        ["order_date", "status", "orders", "items", "revenue", "largest"],
    )
    gold(
        "gold_customers", ["customer_id"], ["customer_id", "total", "updated_at"],
        [([], "count_all"), ("total", "sum"), ("updated_at", "max")],
        ["customer_id", "orders", "spent", "last_update"],
    )


# --- Polars ---


def polars_(location, phase, files, day=None, **_):
    {"bronze": polars_bronze, "silver": polars_silver, "gold": polars_gold}[phase](location, files, day)


def polars_bronze(location, files, _):
    import polars as pl

    kinds = {
        "order_id": pl.Int64, "customer_id": pl.Int64, "order_date": pl.Date, "status": pl.String,
        "country": pl.String, "product": pl.String, "quantity": pl.Int32, "amount": pl.Decimal(12, 2),
        "reference": pl.String, "updated_at": pl.String,
    }
    rows = pl.scan_csv(files, schema=kinds).with_columns(
        pl.col("updated_at").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us").dt.replace_time_zone("UTC")
    )
    rows.sink_delta(f"{location}/bronze", mode="append")


def polars_silver(location, _, day):
    import datetime

    import polars as pl

    col = pl.col
    rules = {
        "few_pieces": col("quantity") < 9,
        "has_reference": col("reference").is_not_null(),
        "country_we_sell_to": col("country").is_in(COUNTRIES),
        "amount_above_50": col("amount") > 50,
        "no_number_7": col("order_id") % 1000 != 7,
        "product_is_sold": col("product") != "product-17",
        "known_status": col("status").is_in(STATUSES),
        "has_id": col("order_id").is_not_null(),
        "a_piece_at_least": col("quantity") >= 1,
        "no_debt": col("amount") >= 0,
    }
    rules = {name: rule.fill_null(False) for name, rule in rules.items()}
    bronze = pl.scan_delta(f"{location}/bronze")
    if day is not None:
        bronze = bronze.filter(col("order_date") == datetime.date.fromisoformat(day))
    counts = bronze.select(**{name: (~rule).sum() for name, rule in rules.items()}).collect(engine="streaming")
    stop_on_failure(counts.row(0, named=True))
    rows = bronze.select(
        "order_id", "customer_id", "order_date", "status", col("country").str.to_uppercase(), "product", "quantity",
        "amount", (col("amount") * col("quantity").cast(pl.Decimal(12, 0))).cast(pl.Decimal(14, 2)).alias("total"),
        "reference", "updated_at",
    )
    is_good = functools.reduce(operator.and_, (rules[name] for name in DROP))
    rows.filter(is_good).sink_delta(f"{location}/silver", mode="append")
    reasons = [pl.when(~rules[name]).then(pl.lit(name)) for name in DROP]
    reason = pl.concat_str(reasons, separator="; ", ignore_nulls=True).alias("quarantine_reason")
    rows.filter(~is_good).with_columns(reason).sink_delta(f"{location}/quarantine", mode="append")


def polars_gold(location, *_):
    import polars as pl

    col = pl.col
    silver = pl.scan_delta(f"{location}/silver")
    daily = silver.group_by("order_date", "status").agg(
        pl.len().cast(pl.Int64).alias("orders"), col("quantity").cast(pl.Int64).sum().alias("items"),
        col("total").sum().alias("revenue"), col("total").max().alias("largest"),
    )
    customers = silver.group_by("customer_id").agg(
        pl.len().cast(pl.Int64).alias("orders"), col("total").sum().alias("spent"),
        col("updated_at").max().alias("last_update"),
    )
    daily.sink_delta(f"{location}/gold_daily", mode="overwrite")
    customers.sink_delta(f"{location}/gold_customers", mode="overwrite")


# --- dbt ---


def dbt(location, command, variables, phases=False, args=None, **_):
    """`location` is a project. The times are those of dbt's own results: a phase ends with the last of its nodes."""
    from dbt.cli.main import dbtRunner

    begin, cpu = time.time(), time.process_time()
    where = ["--project-dir", location, "--profiles-dir", location, "--quiet", "--vars", json.dumps(variables)]
    result = dbtRunner().invoke([*command, *where, *([] if args is None else ["--args", json.dumps(args)])])
    end, cpu = time.time(), (time.process_time() - cpu) * 1000
    if not result.success:
        bad = [] if result.result is None else [str(one.message) for one in result.result.results if one.status not in ("success", "pass", "warn")]
        raise RuntimeError(f"dbt: {result.exception} {bad}")
    if not phases:
        return None
    ended = {one.node.name: one.timing[-1].completed_at.timestamp() for one in result.result.results if one.timing}
    bronze = ended["bronze"]
    silver = max(time for name, time in ended.items() if name != "bronze" and not name.startswith("gold"))
    wall = {"bronze": bronze - begin, "silver": silver - bronze, "gold": end - silver}
    # The CPU of a phase is not known, that of the whole is.
    total = end - begin
    return {name: {"milliseconds": one * 1000, "cpuMilliseconds": cpu * one / total} for name, one in wall.items()}
