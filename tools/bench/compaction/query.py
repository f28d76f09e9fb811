"""Repeat one query on one form of the dataset, in a process of its own."""

import json
import os
import sys
import time

import duckdb

# The columns are named, as the data contract advises: to guess them costs a look at every file.
_LINES = """read_json('{folder}/*/*.jsonl.gz',
    format = 'newline_delimited', hive_partitioning = true,
    columns = {{flow_sid: 'VARCHAR', status: 'VARCHAR', date_created: 'TIMESTAMPTZ',
               date_updated: 'TIMESTAMPTZ'}})"""
_COLUMNS = "read_parquet('{folder}/*/*.parquet', hive_partitioning = true)"

# Number and median duration of ended Executions, by day and Flow.
QUERY = """SELECT dt, flow_sid, count(*) AS ended, median(date_updated - date_created) AS median
FROM {table} WHERE status = 'ended'{only} GROUP BY ALL ORDER BY ALL"""
_ONE_DAY = " AND dt = '2026-10-14'"


def main() -> None:
    folder, times, only = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "day"
    table = (_COLUMNS if "parquet" in folder else _LINES).format(folder=folder)
    query = QUERY.format(table=table, only=_ONE_DAY if only else "")
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    took = []
    for _ in range(times):
        wall, cpu = time.perf_counter(), os.times()
        rows = _answer(connection, query)
        after = os.times()
        took.append((time.perf_counter() - wall, after.user + after.system - cpu.user - cpu.system))
    print(json.dumps({"rows": rows, "took": took}))


def _answer(connection: duckdb.DuckDBPyConnection, query: str) -> list[list[str]]:
    # As text, since the answers of three forms are compared.
    return [[str(each) for each in row] for row in connection.sql(query).fetchall()]


if __name__ == "__main__":
    main()
