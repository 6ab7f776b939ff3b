#!/usr/bin/env python3
"""Assesses the people of a Parquet table with `healthcode assess`, partition by partition, in Spark.

    spark-submit assess.py --tool healthcode --rules pack.toml --risk risk.csv --now 2020-02-20T09:00:00+08:00 PEOPLE OUT

PEOPLE has the columns `id` and `facts`, in JSON; other columns are left out. OUT gets a row for each, with what
`healthcode assess --brief` says: colour, reasons, causes, until, and error_code with error_message where nothing can be said.

Each task runs one process of the tool on one thread and talks to it in lines, one Arrow batch at a time, so that memory does
not grow with the partition. What is wrong with one row is said in that row; a tool that fails fails the task.
"""

import argparse
import os
import subprocess
import threading

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json
from pyspark import SparkFiles
from pyspark.sql import SparkSession

# What a line of an answer may say.
ANSWER = pa.schema(
    {
        "colour": pa.string(),
        "reasons": pa.list_(pa.string()),
        "causes": pa.list_(pa.string()),
        "until": pa.string(),
        "error": pa.struct({"code": pa.string(), "message": pa.string()}),
    }
)


def lines(facts):
    """The facts of a batch as lines, of which each has one and is not blank: a blank line would have no answer."""
    facts = pc.replace_substring_regex(facts, r"[\r\n]", " ")
    blank = pc.fill_null(pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(facts)), 0), True)
    facts = pc.if_else(blank, pa.scalar("null"), facts)
    ends = pa.array([0, len(facts)], pa.int32())
    return pc.binary_join(pa.ListArray.from_arrays(ends, facts), "\n")[0].as_buffer()


def answers(ids, said):
    """The answers to a batch, as it is written."""
    options = pyarrow.json.ParseOptions(explicit_schema=ANSWER, unexpected_field_behavior="ignore")
    read = pyarrow.json.ReadOptions(block_size=max(1 << 20, len(said) + 1))
    table = pyarrow.json.read_json(pa.BufferReader(said), read, options).combine_chunks()
    error = table["error"].combine_chunks()
    if len(table) != len(ids):
        raise RuntimeError(f"{len(ids)} people have {len(table)} answers")
    until = pc.strptime(table["until"], format="%Y-%m-%dT%H:%M:%SZ", unit="us").cast(pa.timestamp("us", "UTC"))
    columns = [ids, table["colour"], table["reasons"], table["causes"], until, *(pc.struct_field(error, [i]) for i in (0, 1))]
    names = ["id", "colour", "reasons", "causes", "until", "error_code", "error_message"]
    return pa.Table.from_arrays(columns, names).combine_chunks().to_batches()[0]


def assess(tool, rules, risk, now):
    """What is done with the Arrow batches of a partition."""

    def over(batches):
        command = [SparkFiles.get(tool), "assess", "--rules", SparkFiles.get(rules), "--now", now]
        command += ["--risk", SparkFiles.get(risk)] if risk else []
        command += ["--lines", "--brief", "--threads", "1"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

        def feed(text):
            try:
                process.stdin.write(text)
                process.stdin.write(b"\n")
                process.stdin.flush()
            except BrokenPipeError:
                pass  # It has ended, which is seen below.

        try:
            for batch in batches:
                if not batch.num_rows:
                    continue
                # It answers while it still reads, and would wait for somebody to take the answers.
                feeder = threading.Thread(target=feed, args=(lines(batch.column("facts")),))
                feeder.start()
                said = b"".join(process.stdout.readline() for _ in range(batch.num_rows))
                feeder.join()
                if not said.endswith(b"\n") or process.poll():
                    raise RuntimeError(f"healthcode ended with {process.wait()}; its words are in the executor's log")
                yield answers(batch.column("id"), said)
            process.stdin.close()
            if process.wait():
                raise RuntimeError(f"healthcode ended with {process.returncode}; its words are in the executor's log")
        finally:
            process.kill()
            process.wait()

    return over


def run(spark, people, out, tool, rules, risk, now):
    """Assesses a table of people into another."""
    for path in filter(None, (tool, rules, risk)):
        spark.sparkContext.addFile(path)
    name = lambda path: path and os.path.basename(path)  # noqa: E731
    table = spark.read.parquet(people).select("id", "facts")
    kind = table.schema["id"].dataType.simpleString()
    schema = f"id {kind}, colour string, reasons array<string>, causes array<string>, until timestamp"
    over = assess(name(tool), name(rules), name(risk), now)
    answered = table.mapInArrow(over, f"{schema}, error_code string, error_message string")
    answered.write.parquet(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True, help="the command-line tool, built for the machines of the cluster")
    parser.add_argument("--rules", required=True, help="the rule pack, in TOML")
    parser.add_argument("--risk", help="the risk table, rows in CSV")
    parser.add_argument("--now", required=True, help="the moment of the assessment")
    parser.add_argument("people", help="a Parquet table with id and facts")
    parser.add_argument("out", help="where the answers go, a new folder")
    arguments = parser.parse_args()
    # Moments are written as every reader understands them, and not as INT96.
    spark = SparkSession.builder.config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS").getOrCreate()
    run(spark, arguments.people, arguments.out, arguments.tool, arguments.rules, arguments.risk, arguments.now)
    spark.stop()


if __name__ == "__main__":
    main()
