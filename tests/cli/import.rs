//! `risk import`: from the names of announcements to codes; what is not certain is left to people.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::mistakes::{good, said, unsaid};
use crate::tool::{Desk, Run};

/// Streets and communities, which the tool does not know by itself.
const PLACES: &str =
    "code,name,from,until\n330106109,文新街道,,\n330106109001,骆家庄社区居委会,,\n110105026,望京街道,,\n";

/// What stands in a file, without the mark by which spreadsheets know UTF-8.
fn read(desk: &Desk, file: &str) -> String {
    let text = String::from_utf8(desk.read(file)).unwrap();
    text.strip_prefix('\u{feff}').unwrap().to_owned()
}

/// Two hundred lines under names that repeat, of which some are not certain.
fn announcement() -> String {
    let names = [
        "浙江省,杭州市,西湖区,文新街道骆家庄社区3幢",
        "浙江省,杭州市,西湖区,文新街道",
        "北京市,北京市,朝阳区,望京街道",
        ",,,杭州市拱墅区",
        "湖北省,,仙桃市,",
        ",,朝阳区,",
        "浙江省,杭州市,西湖区,文新街道某某小区",
        "浙江省,杭州市,江干区,",
        ",,,不在图上",
        "浙江省,杭洲市,,",
    ];
    let mut text = "全国高风险区名单,,,,,,\n省,市,区县,地址,风险等级,划定时间,解除时间\n".to_owned();
    for line in 0..200 {
        let (name, level, day) = (names[line % 10], ["高风险", "低"][line / 10 % 2], 1 + line / 100);
        text += &format!("{name},{level},2022年12月{day}日16时,\n");
    }
    text
}

#[test]
fn what_is_sure_is_told_from_what_is_not() {
    let desk = Desk::new("import");
    desk.write("places.csv", PLACES);
    desk.write("list.csv", announcement());
    let Run { exit, out, err } = desk.run("risk import list.csv --places places.csv --out found");
    assert_eq!((exit, out.as_str()), (1, ""), "{err}");
    assert_eq!(
        err,
        "100 sure, in found/sure.csv\n\
         60 to be decided, under 3 names, in found/undecided.csv\n\
         40 not found, under 2 names, in found/not-found.csv\n\
         fill in the column `place` of those that you know, and give the files back with --decided\n"
    );
    assert_eq!(
        read(&desk, "found/undecided.csv"),
        "name,place,compound,code,candidates,why,rows,where\n\
         朝阳区,,,,110105 北京市朝阳区; 220104 吉林省长春市朝阳区,several places are called so,20,\"list.csv line 8, list.csv line \
         18, list.csv line 28, list.csv line 38, list.csv line 48, …\"\n\
         浙江省 杭州市 江干区,,,,330102 浙江省杭州市上城区; 330114 浙江省杭州市钱塘区,it is called so at another time than the \
         row's,20,\"list.csv line 10, list.csv line 20, list.csv line 30, list.csv line 40, list.csv line 50, …\"\n\
         浙江省 杭州市 西湖区 文新街道某某小区,,,,330106109 浙江省杭州市西湖区文新街道,`某某小区` is not known \
         there,20,\"list.csv line 9, list.csv line 19, list.csv line 29, list.csv line 39, list.csv line 49, …\"\n"
    );
    let unknown = read(&desk, "found/not-found.csv");
    said("\n不在图上,,,,,`不在图上` is no place that is known,20,", &unknown);
    said("\n浙江省 杭洲市,,,,,`杭洲市` is no place that is known,20,", &unknown);
    let sure = read(&desk, "found/sure.csv");
    let first: Vec<&str> = sure.lines().take(3).collect();
    assert_eq!(
        first,
        [
            "place,level,from,to,label,name,where",
            "330106109001,high,2022-12-01T16:00:00+08:00,,3幢,浙江省 杭州市 西湖区 文新街道骆家庄社区3幢,list.csv line 3",
            "330106109,high,2022-12-01T16:00:00+08:00,,,浙江省 杭州市 西湖区 文新街道,list.csv line 4",
        ]
    );
    for code in ["110105026,high", "330105,high", "429004,high", "429004,low"] {
        said(&format!("\n{code}"), &sure);
    }
    // What people decide is theirs and is never overwritten.
    let err = desk.fails(2, "cli-folder-in-use", "risk import list.csv --places places.csv --out found");
    said("found: something is in this folder", &err);

    // Decided once, it holds for every row of that name, and on other days.
    let fill = |file: &str, name: &str, code: &str| {
        let text = String::from_utf8(desk.read(file)).unwrap();
        assert!(text.contains(&format!("\n{name},,")), "{text}");
        desk.write(file, text.replace(&format!("\n{name},,"), &format!("\n{name},{code},")));
    };
    fill("found/undecided.csv", "朝阳区", "110105");
    fill("found/undecided.csv", "浙江省 杭州市 江干区", "330102");
    fill("found/undecided.csv", "浙江省 杭州市 西湖区 文新街道某某小区", "330106109");
    fill("found/not-found.csv", "不在图上", "JP");
    let decided = "--decided found/undecided.csv --decided found/not-found.csv";
    let err = desk.run(&format!("risk import list.csv --places places.csv {decided} --out next")).err;
    said("180 sure, in next/sure.csv\n20 not found, under 1 name, in next/not-found.csv\n", &err);
    fill("found/not-found.csv", "浙江省 杭洲市", "3301");
    let err = good(&desk, &format!("risk import list.csv --places places.csv {decided} --out last"));
    assert_eq!(err, "200 sure, in last/sure.csv\n");
    // What is sure is what `risk build` reads.
    desk.key("risk.key");
    let build = "risk build last/sure.csv --key risk.key --version 1 --issued 2022-12-02 --valid 7d --out risk.cbor";
    said("18 rows\n", &good(&desk, build));
    // By itself a label changes nothing: all of the community is at risk. With --compounds the row is about the compound alone.
    good(&desk, &format!("risk import list.csv --places places.csv {decided} --compounds --out compounds"));
    said("place,level,from,to,compound,name,where\n", &read(&desk, "compounds/sure.csv"));
    good(&desk, &build.replace("last/", "compounds/").replace("risk.cbor", "fine.cbor"));
    let shown = desk.ok("risk show fine.cbor");
    let community = healthcode::place::Place::parse("330106109001").unwrap();
    let key = healthcode::compound::Compound::named(community, "3幢");
    said(&format!("330106109001,high,2022-12-01T16:00:00+08:00,,{key}\n"), &shown);
    desk.write("shown.csv", &shown);
    said("nothing differs that rules can read", &desk.ok("risk diff fine.cbor shown.csv"));
    said(
        &format!("removed   330106109001 浙江省杭州市西湖区 compound {key}: high"),
        &desk.ok("risk diff fine.cbor risk.cbor"),
    );
    // A decision is a code that there is.
    fill("next/not-found.csv", "浙江省 杭洲市", "330199");
    let run = desk.run("risk import list.csv --places places.csv --decided next/not-found.csv --out other");
    said("330199 is the code of no place", &read(&desk, "other/not-found.csv"));
    assert_eq!(run.exit, 1);
    let fails = |text: &str, code: &str, words: &str| {
        desk.write("decided.csv", text);
        said(words, &desk.fails(2, code, "risk import list.csv --decided decided.csv --out other-2"));
    };
    let columns = "name,place,code,candidates,compound\n";
    let two = "朝阳区,110105,,110105; 220104,\n朝阳区,220104,,220104; 110105,\n";
    let said = "decided.csv: line 3, column place: the same name was decided otherwise before";
    fails(&format!("{columns}{two}"), "cli-cell", said);
    fails(
        &format!("{columns}朝阳区,110105,,110105,3幢\n"),
        "cli-cell",
        "line 2, column compound: a compound is a part of",
    );
    let formula = format!("{columns}骆家庄社区,330106109001,,,=1+1\n");
    fails(&formula, "cli-cell", "line 2, column compound: it begins as a formula does");
    fails(&format!("{columns}朝阳区,110105,,朝阳区,\n"), "cli-cell", "line 2, column candidates: `朝阳区`");
    let none = "does not name the columns `name`, `place`, `code` and `candidates`, as an import writes them";
    fails("name,place\n朝阳区,110105\n", "cli-columns", none);
}

#[test]
fn what_was_decided_is_not_taken_for_another_question() {
    let desk = Desk::new("import-decided");
    desk.write("places.csv", PLACES);
    let list = |rows: &str| desk.write("list.csv", format!("code,地区,等级,from\n{rows}"));
    list(",西湖区,高,2022-12-02\n");
    assert_eq!(desk.run("risk import list.csv --out first").exit, 1);
    let undecided = String::from_utf8(desk.read("first/undecided.csv")).unwrap();
    desk.write("decided.csv", undecided.replace("\n西湖区,,", "\n西湖区,330106,"));
    list(
        ",西湖区,高,2022-12-02\n360103,西湖区,高,2022-12-02\n110105,鼓楼区,高,2022-12-02\n110105,西湖区,高,2022-12-02\n",
    );
    let err = desk.run("risk import list.csv --decided decided.csv --out next").err;
    said("2 sure, in next/sure.csv\n2 to be decided, under 2 names, in next/undecided.csv\n", &err);
    let sure = read(&desk, "next/sure.csv");
    said("\n330106,high,2022-12-02T00:00:00+08:00,,,西湖区,list.csv line 2\n", &sure);
    said("\n360103,high,2022-12-02T00:00:00+08:00,,,西湖区,list.csv line 3\n", &sure);
    said("\n西湖区,,,110105,110105 北京市朝阳区; 330106 浙江省杭州市西湖区; ", &read(&desk, "next/undecided.csv"));
    // Which compound of a community is meant is decided beside the place.
    list("330106109001,3幢,高,2022-12-02\n,西湖区骆家庄社区全域,高,2022-12-02\n");
    let import = "risk import list.csv --places places.csv --compounds";
    said("2 to be decided, under 2 names", &desk.run(&format!("{import} --out compounds")).err);
    let undecided = String::from_utf8(desk.read("compounds/undecided.csv")).unwrap();
    said("\n3幢,,,330106109001,330106109001 浙江省", &undecided);
    let decided = undecided.replace("\n3幢,,,", "\n3幢,330106109001,3幢,").replace("全域,,,", "全域,330106109001,*,");
    desk.write("compounds/undecided.csv", decided);
    good(&desk, &format!("{import} --decided compounds/undecided.csv --out decided"));
    let sure = read(&desk, "decided/sure.csv");
    said("\n330106109001,high,2022-12-02T00:00:00+08:00,,3幢,3幢,", &sure);
    said("\n330106109001,high,2022-12-02T00:00:00+08:00,,,西湖区骆家庄社区全域,", &sure);
}

#[test]
fn a_day_that_may_count_is_said_to_or_not() {
    let desk = Desk::new("import-last-day");
    let import = |column: &str, day: &str, more: &str| {
        desk.write("list.csv", format!("地区,等级,from,{column}\n杭州市西湖区,高,2022-12-01,{day}\n"));
        format!("risk import list.csv {more}")
    };
    for column in ["截止日期", "结束时间", "终止时间", "until"] {
        let err = desk.fails(2, "cli-cell", &import(column, "2022-12-07", "--out no"));
        said(
            "line 2, column to: 2022-12-07 may be the last day at risk or the first that is not: write a time with it, such as 24:00 \
             or 0:00, or give --last-day included or excluded\n",
            &err,
        );
    }
    for (index, (column, day, more, to)) in [
        ("截止日期", "2022年12月7日", "--last-day included", "2022-12-08"),
        ("截止日期", "2022-12-07", "--last-day excluded", "2022-12-07"),
        ("截止日期", "2022-12-07 24:00", "", "2022-12-08"),
        ("截止日期", "2022-12-07 0:00", "--last-day included", "2022-12-07"),
        ("解除日期", "2022-12-07", "--last-day included", "2022-12-07"),
        ("to", "2022-12-07", "", "2022-12-07"),
    ]
    .into_iter()
    .enumerate()
    {
        good(&desk, &import(column, day, &format!("{more} --out found-{index}")));
        said(&format!("00:00:00+08:00,{to}T00:00:00+08:00,"), &read(&desk, &format!("found-{index}/sure.csv")));
    }
}

/// A workbook of one sheet with these cells, given as XML, and more XML after them.
fn workbook(rows: &str, more: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets><sheet name=\"高风险区\" sheetId=\"1\" \
                 r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{relations}/worksheet\" \
                 Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{relations}/styles\" \
                 Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        // The second style is a date.
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData>{more}</worksheet>"),
        ),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn cell(at: &str, text: &str) -> String {
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

#[test]
fn workbooks_are_read_with_their_dates_and_merged_cells() {
    let desk = Desk::new("import-xlsx");
    let header = ["省", "市", "区县", "划定时间", "解除时间"];
    let head: String = header.iter().zip(["A2", "B2", "C2", "D2", "E2"]).map(|(text, at)| cell(at, text)).collect();
    let rows = format!(
        "<row r=\"1\">{}</row><row r=\"2\">{head}</row><row r=\"3\">{}{}{}<c r=\"D3\" s=\"1\"><v>44896.6875</v></c></row>\
         <row r=\"4\">{}<c r=\"D4\" s=\"1\"><v>44897</v></c>{}</row>",
        cell("A1", "高风险区名单"),
        cell("A3", "浙江省"),
        cell("B3", "杭州市"),
        cell("C3", "西湖区"),
        cell("C4", "拱墅区"),
        cell("E4", "2022/12/7"),
    );
    let merged = "<mergeCells count=\"2\"><mergeCell ref=\"A3:A4\"/><mergeCell ref=\"B3:B4\"/></mergeCells>";
    desk.write("list.xlsx", workbook(&rows, merged));
    good(&desk, "risk import list.xlsx --level high --out found");
    assert_eq!(
        read(&desk, "found/sure.csv"),
        "place,level,from,to,label,name,where\n\
         330106,high,2022-12-01T16:30:00+08:00,,,浙江省 杭州市 西湖区,list.xlsx row 3\n\
         330105,high,2022-12-02T00:00:00+08:00,2022-12-07T00:00:00+08:00,,浙江省 杭州市 拱墅区,list.xlsx row 4\n"
    );
    // Without the merging, a cell that is left empty says nothing: the name is looked for by itself.
    desk.write("list.xlsx", workbook(&rows, ""));
    assert_eq!(desk.run("risk import list.xlsx --level high --out again").exit, 0, "拱墅区 is the only one");
    // A number that nobody has marked as a date may be any.
    desk.write("list.xlsx", workbook(&rows.replace(" s=\"1\"><v>44897<", "><v>44897<"), merged));
    let err = desk.fails(2, "cli-cell", "risk import list.xlsx --level high --out no");
    said("row 4, column from: `44897` may be a day as Excel counts them: give the column the format of a date", &err);
    let err = desk.fails(2, "cli-sheet", "risk import list.xlsx --sheet low --level high --out no");
    said("say with --sheet which sheet is meant; it has these: 高风险区", &err);
    // What is no workbook, or says that it is larger than it is.
    desk.write("list.xlsx", &workbook(&rows, "")[..400]);
    desk.fails(2, "cli-workbook", "risk import list.xlsx --level high --out no");
    desk.write("list.xls", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    said("hint: save it as XLSX", &desk.fails(2, "cli-workbook", "risk import list.xls --level high --out no"));
    let far = format!("{rows}<row r=\"1048576\">{}</row>", cell("XFD1048576", "x"));
    desk.write("list.xlsx", workbook(&far, merged));
    good(&desk, "risk import list.xlsx --level high --out far");
    assert!(!desk.path("no").exists());
}

#[test]
fn other_forms_are_read_where_they_are_certain() {
    let desk = Desk::new("import-forms");
    let rows = "地区;等级;开始时间;结束时间\n杭州市西湖区;高;2022-12-01;2022-12-07 24:00\n";
    let expected = "place,level,from,to,label,name,where\n330106,high,2022-12-01T00:00:00+08:00,2022-12-08T00:00:00+08:00,,\
                    杭州市西湖区,list.csv line 2\n";
    let gbk = encoding_rs::GBK.encode(rows).0.into_owned();
    let utf_16: Vec<u8> = [0xff, 0xfe].into_iter().chain(rows.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (index, (bytes, note)) in [
        (rows.as_bytes().to_vec(), "list.csv: its fields are separated by semicolons\n"),
        (gbk, "list.csv: read as GBK (GB 18030)\n"),
        (utf_16, "semicolons"),
        (rows.replace(';', "\t").replace('\n', "\r").into_bytes(), "list.csv: its fields are separated by tabs\n"),
    ]
    .into_iter()
    .enumerate()
    {
        desk.write("list.csv", bytes);
        said(note, &good(&desk, &format!("risk import list.csv --out found-{index}")));
        assert_eq!(read(&desk, &format!("found-{index}/sure.csv")), expected);
    }
    desk.write("list.json", r#"[{"area": "杭州市西湖区", "level": "high", "from": "2022-12-01"}, {"code": "330199", "level": "low", "from": "2022-12-01"}]"#);
    assert_eq!(desk.run("risk import list.json --out json").exit, 1);
    said("330106,high,2022-12-01T00:00:00+08:00,,,杭州市西湖区,list.json item 1\n", &read(&desk, "json/sure.csv"));
    said("330199,,,330199,,330199 is the code of no place,1,list.json item 2\n", &read(&desk, "json/not-found.csv"));
    // What the State Council's service answered.
    desk.write(
        "gov.json",
        r#"{"data": {"end_update_time": "2022-12-02 16时", "hcount": 1, "lcount": 1, "highlist": [{"type": "2", "province":
        "浙江省", "city": "杭州市", "county": "西湖区", "area_name": "浙江省 杭州市 西湖区", "communitys": ["文新街道"]}],
        "lowlist": [{"province": "北京市", "city": "北京市", "county": "朝阳区", "communitys": ["望京街道"]}]}, "code": 0}"#,
    );
    desk.write("places.csv", PLACES);
    good(&desk, "risk import gov.json --places places.csv --from 2022-12-02 --out gov");
    let sure = read(&desk, "gov/sure.csv");
    said("\n330106109,high,2022-12-02T00:00:00+08:00,,,浙江省 杭州市 西湖区 文新街道,gov.json item 1\n", &sure);
    said("\n110105026,low,", &sure);
}

#[test]
fn what_is_not_certain_of_a_row_is_said_with_what_to_do() {
    let desk = Desk::new("import-faults");
    desk.write(
        "list.csv",
        "地区,等级,开始时间,解除时间\n\n西湖区,高,12月2日,\n西湖区,很高,2022-12-02,\n西湖区,高,2/12/2022,\n西湖区,高,,\n\
         西湖区,高,2022-12-02,2022-12-01\n=1+1,高,2022-12-02,\n,高,2022-12-02,\n西\u{200b}湖区,高,2022-12-02,\n-1+1,高,2022-12-02,\n\
         西湖区,文新街道,高,2022-12-02,2022-12-07\n西湖区,高,2022-12-02,,, \n",
    );
    let err = desk.fails(2, "cli-cell", "risk import list.csv --out no");
    for words in [
        "list.csv: line 3, column from: `12月2日` has no year: write it in full, such as 2022-12-02\n",
        "list.csv: line 4, column level: expected low, medium or high (低, 中, 高), found `很高`\n",
        "list.csv: line 5, column from: `2/12/2022` could be several days: write the year first and in full, such as 2022-12-02\n",
        "list.csv: line 6, column from: it is empty: write when the row begins\n",
        "list.csv: line 7, column to: 2022-12-01T00:00:00+08:00 is not after 2022-12-02T00:00:00+08:00, at which the row begins\n",
        "list.csv: line 8, column name: it begins as a formula does, and no name of a place\n",
        "list.csv: line 9, column name: it names no place\n",
        "list.csv: line 10, column name: it contains the character \\u{200b}, which is invisible\n",
        "list.csv: line 11, column name: it begins as a formula does, and no name of a place\n",
        "list.csv: line 12: the line with the columns names 4 fields, this one has 5\n",
    ] {
        said(words, &err);
    }
    unsaid("line 13", &err);
    for (text, code, words) in [
        ("a,b\n1,2\n", "cli-columns", "no row near the beginning names a column with places"),
        ("地区,开始时间\n西湖区,2022-12-02\n", "cli-columns", "no column says the level, and neither does --level"),
        ("地区,等级\n西湖区,高\n", "cli-columns", "no column says when the rows begin, and neither does --from"),
        ("省,省份,等级,from\n", "cli-column-twice", "line 1: the column `省份` says the same as one before it"),
        ("地区,等级,from\n", "cli-nothing-to-import", "there are no rows in any of the files"),
        (
            "地区,等级,from\n\"西湖区,高,2022-12-02\n",
            "cli-csv-line",
            "line 2: a quote opens in this line and is not closed",
        ),
    ] {
        desk.write("list.csv", text);
        said(words, &desk.fails(2, code, "risk import list.csv --out no"));
    }
    desk.write("list.csv", b"\xb5\xd8\xc7\xf8,level,from\n\xff\xff,high,2022-12-02\n");
    said("hint: save it as CSV in UTF-8, or as XLSX", &desk.fails(2, "cli-encoding", "risk import list.csv --out no"));
    desk.write("list.json", "{\"a\": 1}");
    said("it is JSON, but not a list of objects", &desk.fails(2, "cli-json-items", "risk import list.json --out no"));
    desk.write("list.csv", "地区,等级,from\n西湖区,高,2022-12-02\n");
    desk.write("places.csv", "code,name\n42010,武昌\n");
    let err = desk.fails(2, "cli-csv-line", "risk import list.csv --places places.csv --out no");
    said("places.csv: line 2: it does not begin with a place code", &err);
    desk.write("places.csv", "420106001,积玉桥街道,,\n");
    let err = desk.fails(2, "cli-csv-line", "risk import list.csv --places places.csv --out no");
    said("places.csv: line 1: it does not name the columns code, name, from and until", &err);
    desk.fails(2, "cli-file-missing", "risk import nothing.csv --out no");
    unsaid("panicked", &desk.run("risk import list.csv --out list.csv").err);
    assert!(!desk.path("no").exists());
}
