"""Local Spark: Python blocks, and SQL on the views that they make."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from tests.consumers.engines import python_blocks

# A job is over before what the second compiler makes would pay: it took half of the CPU. To verify
# the classes of Spark, which were verified where they were built, took a tenth.
_JAVA = (
    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    " -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
)

# Nor would what Spark compiles for each query, a job that lists folders, or a task for each file.
_SMALL_DATA = {
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "1000",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.files.minPartitionNum": "1",
    "spark.sql.files.openCostInBytes": "1024",
}


class Spark:
    def __init__(self, work: Path, options: dict[str, str]) -> None:
        self._work = work
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        java = f"{_JAVA} -Dderby.system.home={work}"  # where Hive's metastore keeps its log
        builder = builder.config("spark.driver.extraJavaOptions", java)
        for name, value in (_SMALL_DATA | options).items():
            builder = builder.config(name, value)
        self._spark = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
        self._spark.sparkContext.setLogLevel("ERROR")
        self._namespace: dict[str, Any] = {"spark": self._spark}

    def run(self, code: str) -> list[dict[str, Any]] | None:
        if code.lstrip().startswith("SELECT"):
            return _rows(self._spark.sql(code.rstrip().removesuffix(";")))
        return _rows(python_blocks.run(code, self._namespace))

    def loaded(self) -> list[dict[str, Any]]:
        rows = self._spark.read.parquet(f"{self._work}/loaded").select("sid", "status")
        return _rows(rows) or []

    def close(self) -> None:
        self._spark.stop()  # its JVM stays, warm for the next


def _rows(answer: Any) -> list[dict[str, Any]] | None:
    if not isinstance(answer, DataFrame):
        return None
    return [{name: _aware(row[name]) for name in row.asDict()} for row in answer.collect()]


def _aware(value: Any) -> Any:
    """Attach the time zone: PySpark returns naive instants in that of the process."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def open_engine(work: Path) -> Spark:
    return Spark(work, {"spark.sql.warehouse.dir": f"{work}/warehouse"})
