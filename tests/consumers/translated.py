"""SQL of another engine's dialect as DuckDB's, by sqlglot."""

from datetime import date

import sqlglot
from sqlglot import exp

from tests.consumers.pages import sections


def in_duckdb(sql: str, dialect: str, today: date) -> str:
    """Translate a statement: on that day, exact where the engine approximates, in one schema."""

    def changed(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.CurrentDate):
            return exp.cast(exp.Literal.string(today.isoformat()), "date")
        if isinstance(node, exp.ApproxQuantile):
            return exp.func("quantile_cont", node.this, node.args["quantile"])
        if isinstance(node, exp.Cast) and isinstance(node.this, exp.JSONExtract) and _is_text(node):
            return exp.JSONExtractScalar(this=node.this.this, expression=node.this.expression)
        if isinstance(node, exp.Table):
            node.set("db", None)
        return node

    return sqlglot.parse_one(sql, dialect=dialect).transform(changed).sql("duckdb")


def _is_text(cast: exp.Cast) -> bool:
    """Whether a cast takes a text out of Snowflake's VARIANT, which has no quotes then."""
    return cast.to.is_type(*exp.DataType.TEXT_TYPES)


def daily_view() -> str:
    """The table of the compacted days: DuckDB's table of the logs, with the parts' names."""
    table = sections("duckdb")["The table"][0].code
    parts = sections("duckdb")["Compacted days"][0].code
    logs = next(line for line in table.splitlines() if "/executions/" in line).strip(" ,'")
    daily = next(line for line in parts.splitlines() if "/daily/" in line and ".gz" in line)
    return table.replace(logs, daily.strip(" ,'")).replace("VIEW executions", "VIEW daily")
