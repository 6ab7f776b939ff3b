//! People and codes as Parquet files: the same answers as for lines, and what is wrong with a file.

use std::fs::File;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMicrosecondType};
use arrow_array::{
    Array, ArrayRef, BinaryArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, UInt64Array,
};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::tool::{Desk, json, rules};

/// An error code, the columns of a file, and what is said of them.
type Wrong<'t> = (&'t str, Vec<(&'t str, ArrayRef)>, &'t str);

const NOW: &str = "--now 2020-02-20T09:00:00+08:00";

fn sources() -> String {
    format!("--rules {} --risk {} {NOW}", rules("packs/hangzhou/pack.toml"), rules("data/2020-02-china/risk.csv"))
}

fn texts(texts: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(texts.to_vec()))
}

/// Writes columns, so many rows to a group.
fn write(desk: &Desk, name: &str, columns: Vec<(&str, ArrayRef)>, compression: Compression, group: usize) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let properties =
        WriterProperties::builder().set_compression(compression).set_max_row_group_row_count(Some(group)).build();
    let mut writer =
        ArrowWriter::try_new(File::create(desk.path(name)).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn simple(desk: &Desk, name: &str, columns: Vec<(&str, ArrayRef)>) {
    write(desk, name, columns, Compression::SNAPPY, 1 << 20);
}

fn read(desk: &Desk, name: &str) -> Vec<RecordBatch> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(desk.path(name)).unwrap()).unwrap();
    reader.build().unwrap().map(Result::unwrap).collect()
}

/// A column of texts, over all batches.
fn column(batches: &[RecordBatch], name: &str) -> Vec<Option<String>> {
    let cells = |batch: &RecordBatch| -> Vec<Option<String>> {
        batch[name].as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect()
    };
    batches.iter().flat_map(cells).collect()
}

#[test]
fn people_in_parquet_are_assessed_as_those_in_lines() {
    let desk = Desk::new("parquet");
    let people = format!(
        "rules people --pack {} --risk {} --count 300 {NOW}",
        rules("packs/hangzhou/pack.toml"),
        rules("data/2020-02-china/risk.csv")
    );
    desk.ok(&format!("{people} --out people.parquet"));
    desk.ok(&format!("{people} --out people.jsonl"));
    let lines = String::from_utf8(desk.read("people.jsonl")).unwrap();
    assert_eq!(
        column(&read(&desk, "people.parquet"), "facts"),
        lines.lines().map(|line| Some(line.to_owned())).collect::<Vec<_>>()
    );

    for more in ["", "--brief --forecast"] {
        // The people of a file have ids, and otherwise the same is said of them, on any number of threads.
        let from_lines = desk.ok(&format!("assess {} {more} --people people.jsonl", sources()));
        let from_rows = desk.ok(&format!("assess {} {more} --people people.parquet", sources()));
        let ids = lines
            .lines()
            .enumerate()
            .map(|(index, line)| line.replacen('{', &format!("{{\"id\":{},", index + 1), 1) + "\n");
        let with_ids: String = ids.collect();
        let with_ids = desk.feed(&format!("assess {} {more} --lines", sources()), with_ids.as_bytes());
        assert!(from_rows == with_ids.out && from_rows.lines().count() == 300);
        for (out, threads) in [("a.parquet", 1), ("b.parquet", 4)] {
            desk.ok(&format!("assess {} {more} --people people.parquet --out {out} --threads {threads}", sources()));
        }
        assert!(desk.read("a.parquet") == desk.read("b.parquet"));
        let batches = read(&desk, "a.parquet");
        let rows: Vec<_> =
            batches.iter().flat_map(|batch| batch["row"].as_primitive::<Int64Type>().values().to_vec()).collect();
        assert!(rows == (1..=300).collect::<Vec<_>>());
        let colours = column(&batches, "colour");
        let ends: Vec<_> = batches
            .iter()
            .flat_map(|batch| batch["until"].as_primitive::<TimestampMicrosecondType>().iter().collect::<Vec<_>>())
            .collect();
        for ((line, colour), until) in from_lines.lines().map(json).zip(&colours).zip(&ends) {
            assert_eq!(line["colour"].as_str(), colour.as_deref());
            assert_eq!(line.get("until").is_none(), until.is_none(), "{line}");
        }
        let schema = batches[0].schema();
        assert_eq!(schema.column_with_name("green").is_some(), more.contains("forecast"));
        assert_eq!(schema.column_with_name("assessment").is_some(), !more.contains("brief"));
        if !more.contains("brief") {
            let whole: Vec<_> = from_rows.lines().map(|line| Some(line.to_owned())).collect();
            assert!(column(&batches, "assessment") == whole, "a line has the same");
        }
        assert!(column(&batches, "error_code").iter().all(Option::is_none));
        for out in ["a.parquet", "b.parquet"] {
            std::fs::remove_file(desk.path(out)).unwrap();
        }
    }

    let trial = format!(
        "rules simulate --pack {} --risk {} {NOW} --json",
        rules("packs/hangzhou/pack.toml"),
        rules("data/2020-02-china/risk.csv")
    );
    let from_lines = desk.ok(&format!("{trial} --people people.jsonl"));
    assert_eq!(desk.ok(&format!("{trial} --people people.parquet")), from_lines);
    assert_eq!(json(&from_lines)["people"], 300);
    // By its content, too.
    std::fs::rename(desk.path("people.parquet"), desk.path("part-0")).unwrap();
    assert_eq!(desk.ok(&format!("{trial} --people part-0")), from_lines);
    let said = desk.fails(2, "cli-overwrite", &format!("assess {} --people part-0 --out people.jsonl", sources()));
    assert!(said.contains("people.jsonl: something else is there already"), "{said}");
    assert_eq!(desk.read("people.jsonl"), lines.as_bytes());
}

#[test]
fn ids_keep_their_type_and_rows_with_a_fault_say_which() {
    let desk = Desk::new("parquet-rows");
    let facts = texts(&[Some("{}"), None, Some("{\"dairy\": []}"), Some("[]"), Some("{\"reports\": []}")]);
    let kinds: [(&str, ArrayRef, [&str; 5]); 4] = [
        ("text", texts(&[Some("a"), Some("红"), None, Some(""), Some("e")]), ["\"a\"", "\"红\"", "", "\"\"", "\"e\""]),
        (
            "signed",
            Arc::new(Int64Array::from(vec![i64::MIN, -1, 0, 1, i64::MAX])),
            ["-9223372036854775808", "-1", "0", "1", "9223372036854775807"],
        ),
        (
            "short",
            Arc::new(Int32Array::from(vec![Some(7), None, Some(-7), Some(0), Some(1)])),
            ["7", "", "-7", "0", "1"],
        ),
        (
            "unsigned",
            Arc::new(UInt64Array::from(vec![0, u64::MAX, 1, 2, 3])),
            ["0", "18446744073709551615", "1", "2", "3"],
        ),
    ];
    for (kind, ids, written) in kinds {
        let name = format!("{kind}.parquet");
        simple(&desk, &name, vec![("id", ids), ("facts", Arc::clone(&facts))]);
        let run = desk.run(&format!("assess {} --brief --people {name}", sources()));
        assert_eq!(run.exit, 0, "{}", run.err);
        assert!(run.err.contains("warning: 3 rows could not be answered, the first of them row 2"), "{}", run.err);
        let lines: Vec<_> = run.out.lines().map(json).collect();
        for (line, written) in lines.iter().zip(written) {
            assert_eq!(line.get("id").map(ToString::to_string).unwrap_or_default(), written, "{kind}");
        }
        assert_eq!(
            (&lines[1]["row"], &lines[1]["error"]["code"]),
            (&2.into(), &"cli-cell-null".into()),
            "{}",
            lines[1]
        );
        assert_eq!((&lines[2]["row"], &lines[2]["error"]["code"]), (&3.into(), &"cli-json".into()));
        assert!(lines[2]["error"]["message"].as_str().unwrap().contains("unknown field `dairy`"));
        // The same in a table, whose ids are of the same type; whole numbers are 64 bits long.
        let out = format!("out-{kind}.parquet");
        desk.ok(&format!("assess {} --brief --people {name} --out {out}", sources()));
        let batches = read(&desk, &out);
        let again = if kind == "short" { "Int64".to_owned() } else { batches[0]["id"].data_type().to_string() };
        assert_eq!(batches[0]["id"].data_type().to_string(), again);
        let codes = column(&batches, "error_code");
        assert_eq!(
            codes,
            [None, Some("cli-cell-null"), Some("cli-json"), Some("cli-json"), None].map(|code| code.map(str::to_owned))
        );
        let run = desk.run(&format!("assess {} --brief --people {name} --strict", sources()));
        assert_eq!((run.exit, run.out.lines().count()), (2, 2));
        assert!(run.err.contains("error: stopped at row 2, because of --strict"), "{}", run.err);
    }
    // Lines go into a table as well, and their ids are texts there.
    let run = desk
        .feed(&format!("assess {} --lines --out lines.parquet", sources()), b"{\"id\": -3}\n\nx\n{\"id\": \"b\"}\n");
    assert_eq!(run.exit, 0, "{}", run.err);
    let batches = read(&desk, "lines.parquet");
    assert_eq!(column(&batches, "id"), [Some("-3".to_owned()), None, Some("b".to_owned())]);
    assert_eq!(batches[0]["row"].as_primitive::<Int64Type>().values().to_vec(), [1, 3, 4]);
}

#[test]
fn every_usual_compression_is_read_over_many_row_groups() {
    let desk = Desk::new("parquet-groups");
    let facts: Vec<_> =
        (0..2_000).map(|number| Some(format!("{{\"here\": \"33{:04}\"}}", 100 + number % 9_000))).collect();
    let facts: ArrayRef = Arc::new(StringArray::from(facts));
    let mut answers = Vec::new();
    for (name, compression) in [
        ("plain.parquet", Compression::UNCOMPRESSED),
        ("snappy.parquet", Compression::SNAPPY),
        ("gzip.parquet", Compression::GZIP(GzipLevel::default())),
        ("zstd.parquet", Compression::ZSTD(ZstdLevel::default())),
    ] {
        write(&desk, name, vec![("facts", Arc::clone(&facts))], compression, 300);
        answers.push(desk.ok(&format!("assess {} --brief --people {name}", sources())));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]) && answers[0].lines().count() == 2_000);
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_column() {
    let desk = Desk::new("parquet-wrong");
    let facts = || texts(&[Some("{}")]);
    let assess = |name: &str| format!("assess {} --people {name}", sources());
    let mut nested = ListBuilder::new(StringBuilder::new());
    nested.append_value([Some("{}")]);
    let nested: ArrayRef = Arc::new(nested.finish());
    let cases: Vec<Wrong<'_>> = vec![
        ("cli-column-missing", vec![("id", facts())], "there is no column `facts`; the columns are `id`"),
        (
            "cli-column-unknown",
            vec![("facts", facts()), ("dairy", facts())],
            "the column `dairy` means nothing here; the columns are `id`, `facts`",
        ),
        (
            "cli-column-type",
            vec![("facts", Arc::new(Int64Array::from(vec![1])))],
            "the column `facts` is a whole number, but a text was expected",
        ),
        (
            "cli-column-type",
            vec![("facts", Arc::new(BinaryArray::from(vec![&b"{}"[..]])))],
            "the column `facts` is bytes that are not said to be text",
        ),
        (
            "cli-column-type",
            vec![("id", Arc::new(Float64Array::from(vec![1.0]))), ("facts", facts())],
            "the column `id` is a number with a fraction, but a text or a whole number was expected",
        ),
        (
            "cli-column-nested",
            vec![("facts", nested)],
            "the column `facts` is a list: what has parts is given in JSON, in a column of texts",
        ),
    ];
    for (code, columns, words) in cases {
        simple(&desk, "wrong.parquet", columns);
        let said = desk.fails(2, code, &assess("wrong.parquet"));
        assert!(said.contains(&format!("wrong.parquet: {words}")), "{said}");
        desk.fails(
            2,
            code,
            &format!("rules simulate --pack {} --people wrong.parquet {NOW}", rules("packs/hangzhou/pack.toml")),
        );
    }
    desk.write("text.parquet", "{}\n");
    let said = desk.fails(2, "cli-parquet", &assess("text.parquet"));
    assert!(said.contains("text.parquet: it cannot be read as a Parquet file: "), "{said}");
    desk.write("empty.parquet", "");
    desk.fails(2, "cli-parquet", &assess("empty.parquet"));
    desk.fails(2, "cli-file-missing", &assess("none.parquet"));
    // Nobody at all is no fault.
    simple(&desk, "nobody.parquet", vec![("facts", texts(&[]))]);
    assert_eq!(desk.ok(&assess("nobody.parquet")), "");
    desk.ok(&format!("{} --out none.parquet", assess("nobody.parquet")));
    assert_eq!(read(&desk, "none.parquet").iter().map(RecordBatch::num_rows).sum::<usize>(), 0);
    // A text that is too long is the fault of its row.
    let long = format!("{{\"here\": \"{}\"}}", "3".repeat(1 << 20));
    simple(&desk, "long.parquet", vec![("facts", texts(&[Some("{}"), Some(&long), Some("{}")]))]);
    let lines: Vec<_> = desk.ok(&assess("long.parquet")).lines().map(json).collect();
    assert_eq!(
        (lines.len(), &lines[1]["row"], &lines[1]["error"]["code"]),
        (3, &2.into(), &"cli-cell-too-long".into())
    );
}

#[test]
fn a_damaged_file_is_told_with_the_row_and_leaves_no_answers_behind() {
    let desk = Desk::new("parquet-damaged");
    let facts: Vec<_> = (0..2_000).map(|number| Some(format!("{{\"here\": \"33{:04}\"}}", 100 + number))).collect();
    write(
        &desk,
        "good.parquet",
        vec![("facts", Arc::new(StringArray::from(facts)))],
        Compression::ZSTD(ZstdLevel::default()),
        800,
    );
    let good = desk.read("good.parquet");
    let assess = |name: &str| format!("assess {} --brief --people {name}", sources());
    assert_eq!(desk.ok(&assess("good.parquet")).lines().count(), 2_000);
    desk.write("short.parquet", &good[..good.len() / 2]);
    desk.fails(2, "cli-parquet", &assess("short.parquet"));
    // Behind the first row group.
    let file = ParquetRecordBatchReaderBuilder::try_new(File::open(desk.path("good.parquet")).unwrap()).unwrap();
    let (start, length) = file.metadata().row_group(1).column(0).byte_range();
    let (start, length) = (usize::try_from(start).unwrap(), usize::try_from(length).unwrap());
    let mut torn = good.clone();
    torn[start..start + length].fill(0xff);
    desk.write("torn.parquet", &torn);
    let said = desk.fails(2, "cli-parquet", &format!("{} --out answers.parquet", assess("torn.parquet")));
    assert!(said.contains("torn.parquet: after row 768, it cannot be read as a Parquet file: "), "{said}");
    let left: Vec<_> = std::fs::read_dir(desk.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_str().unwrap().starts_with("answers")), "{left:?}");
    // Wherever a byte is wrong, it is answered or refused, and never ends otherwise.
    let step = good.len() / 40;
    for at in (0..good.len()).step_by(step.max(1)).chain(good.len() - 12..good.len()) {
        let mut bad = good.clone();
        bad[at] ^= 0x55;
        desk.write("bad.parquet", &bad);
        let run = desk.run(&assess("bad.parquet"));
        assert!(matches!(run.exit, 0 | 2) && !run.err.contains("panicked"), "byte {at}: {}", run.err);
    }
}

#[test]
fn codes_in_parquet_are_verified_as_those_in_lines() {
    let desk = Desk::new("parquet-codes");
    let trust = desk.authority();
    let codes = ["JK1:ABC", "https://example.org/", ""];
    let lines: String = codes.iter().map(|code| format!("{{\"text\": \"{code}\", \"id\": \"x\"}}\n")).collect();
    let verify = format!("verify {trust} --now 2020-02-12T09:00:00+08:00");
    let from_lines = desk.feed(&format!("{verify} --lines"), lines.as_bytes()).out;
    let micros: i64 = 1_581_469_200_000_000;
    let with = |timestamps: ArrayRef| {
        simple(
            &desk,
            "codes.parquet",
            vec![
                ("text", texts(&codes.map(Some))),
                ("id", texts(&[Some("x"); 3])),
                ("now", timestamps),
                ("challenge", texts(&[None, Some("1234"), None])),
            ],
        );
    };
    with(Arc::new(TimestampMicrosecondArray::from(vec![Some(micros), None, None]).with_timezone("UTC")));
    assert_eq!(desk.ok(&format!("{verify} --codes codes.parquet")), from_lines);
    desk.ok(&format!("{verify} --codes codes.parquet --out verdicts.parquet"));
    let batches = read(&desk, "verdicts.parquet");
    let answers: Vec<_> = from_lines.lines().map(|line| Some(line.to_owned())).collect();
    assert_eq!(column(&batches, "answer"), answers);
    assert!(column(&batches, "verdict").iter().all(|verdict| verdict.as_deref() == Some("refused")), "{batches:?}");
    assert_eq!(column(&batches, "code")[1].as_deref(), Some("text-not-a-health-code"));
    with(texts(&[Some("2020-02-12T09:00:00+08:00"), Some("2020-02-12"), None]));
    let lines: Vec<_> = desk.ok(&format!("{verify} --codes codes.parquet")).lines().map(json).collect();
    assert_eq!((&lines[1]["row"], &lines[1]["error"]["code"]), (&2.into(), &"cli-time".into()), "{}", lines[1]);
    with(Arc::new(TimestampMicrosecondArray::from(vec![Some(micros), None, None])));
    let said = desk.fails(2, "cli-column-type", &format!("{verify} --codes codes.parquet"));
    assert!(
        said.contains("the column `now` is a timestamp without a time zone, but a timestamp in UTC, or a text such as"),
        "{said}"
    );
    with(Arc::new(TimestampMicrosecondArray::from(vec![Some(i64::MAX), None, None]).with_timezone("UTC")));
    let line = json(desk.ok(&format!("{verify} --codes codes.parquet")).lines().next().unwrap());
    assert_eq!(line["error"]["code"], "cli-time-outside-years");
}
