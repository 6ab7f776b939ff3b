#!/usr/bin/env python3
"""Runs the job on this machine over people that are made up, holds its answers to those of one process, and measures both.

    try.py HEALTHCODE REPOSITORY [PEOPLE]
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

import assess

NOW = "2020-02-20T09:00:00+08:00"
PARTS = 8
# What can be wrong with the facts of one person, at the end of the table; the last are right. Of none at all, a line says it in
# other words than a row.
NONE = [None, "", " \n"]
WRONG = [*NONE, "[]", '{"dairy": []}', '{\n "reports":\r\n []\n}']


def healthcode(*arguments):
    began = time.monotonic()
    subprocess.run([tool, *map(str, arguments)], check=True)
    return time.monotonic() - began


def made_up(path, count):
    """People in several files, as a table of Spark's has them, and with them some that are wrong; all in one file beside it."""
    one = path.with_suffix(".parquet")
    healthcode("rules", "people", "--pack", rules, "--risk", risk, "--count", count, "--now", NOW, "--out", one)
    schema = pa.schema({"id": pa.int64(), "facts": pa.string()})
    wrong = pa.table({"id": range(count + 1, count + 1 + len(WRONG)), "facts": WRONG}, schema)
    people = pa.concat_tables([pq.read_table(one).cast(schema), wrong])
    pq.write_table(people, one)
    path.mkdir()
    size = -(-len(people) // PARTS)
    for part in range(PARTS):
        pq.write_table(people.slice(part * size, size), path / f"part-{part}.parquet")
    return one


def in_order(path):
    table = pyarrow.dataset.dataset(path, format="parquet").to_table()
    names = ["id", "colour", "reasons", "causes", "until", "error_code", "error_message"]
    return table.select(names).sort_by("id").combine_chunks()


def with_words(table, count):
    """The answers, without what is said of people of whom there is nothing."""
    keep = pc.invert(pc.and_(pc.greater(table["id"], count), pc.less_equal(table["id"], count + len(NONE))))
    for index, name in enumerate(table.column_names):
        if name.startswith("error_"):
            table = table.set_column(index, name, pc.if_else(keep, table[name], pa.scalar(None, pa.string())))
    return table.combine_chunks()


def main(count):
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        people = folder / "people"
        one = made_up(people, count)
        # The workers need what this has.
        os.environ["PYSPARK_PYTHON"] = sys.executable
        spark = SparkSession.builder.master(f"local[{cores}]").appName("healthcode").config("spark.ui.enabled", "false")
        spark = spark.config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS").getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        took = []
        # The first run starts the workers and compiles Spark's own code.
        for out in ("warm", "answers"):
            began = time.monotonic()
            assess.run(spark, str(people), str(folder / out), tool, rules, risk, NOW)
            took.append(time.monotonic() - began)
        spark.stop()
        alone = folder / "alone.parquet"
        arguments = ["assess", "--rules", rules, "--risk", risk, "--now", NOW, "--brief", "--people", one, "--out", alone]
        by_one = healthcode(*arguments)
        by_spark, by_tool = in_order(folder / "answers"), in_order(alone)
        said = by_tool["error_code"].is_null()
        if by_spark["error_code"].is_null() != said:
            sys.exit("Spark has answers about others than one process")
        by_spark, by_tool = (with_words(table, count) for table in (by_spark, by_tool))
        if by_spark.cast(by_tool.schema) != by_tool:
            sys.exit("Spark's answers are not those of one process")
        if by_tool["error_code"].null_count != count + len(NONE) + 1 or len(by_tool) != count + len(WRONG):
            sys.exit("what is wrong is not told")
        files = sum(1 for _ in (folder / "answers").glob("*.parquet"))
        print(f"the same answers about {len(by_tool):,} people, of whom {len(WRONG) - 1} are told to be wrong, in {files} files")
        for what, seconds in (("Spark", took[1]), ("one process, all cores", by_one)):
            print(f"{what}: {seconds:.1f} s, {len(by_tool) / seconds / cores:,.0f} people/s per core ({cores} cores)")
    print("1 passed, 0 failed")


if __name__ == "__main__":
    tool = shutil.which(sys.argv[1]) or sys.exit(f"there is no {sys.argv[1]}")
    tool = str(pathlib.Path(tool).resolve())
    repository = pathlib.Path(sys.argv[2])
    rules = str(repository / "rules/packs/hangzhou/pack.toml")
    risk = str(repository / "rules/data/2020-02-china/risk.csv")
    main(int(sys.argv[3]) if len(sys.argv) > 3 else 200_000)
