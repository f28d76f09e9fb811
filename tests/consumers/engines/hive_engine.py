"""Hive's tables and SerDes, as part of Spark, with a private metastore."""

from pathlib import Path

from tests.consumers.engines.spark_engine import Spark


def open_engine(work: Path) -> Spark:
    metastore = f"jdbc:derby:memory:metastore-{work.name};create=true"
    options = {
        "spark.sql.catalogImplementation": "hive",
        "spark.sql.warehouse.dir": f"{work}/warehouse",
        "spark.hadoop.javax.jdo.option.ConnectionURL": metastore,
    }
    return Spark(work, options)
