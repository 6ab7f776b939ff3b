//! `venue` and `sign exposure-list`: from a master seed to a visit, and from a visit to what a list says of it.

use healthcode::calendar::{Span, Time};
use healthcode::error::Coded;
use healthcode::facts::Visit;
use healthcode::trust::{PublicKey, Roots, Trust};
use healthcode::venue::{ExposureList, Matched, VenueCode};

use crate::tool::Desk;

/// Keys and a trust list: one for venues' codes, two for exposure lists.
fn desk(name: &str) -> (Desk, Trust) {
    let desk = Desk::new(name);
    let entry = |key: &str, signer: &str, kind: &str| {
        let public = desk.key(&format!("{key}.key"));
        format!(
            "[[keys]]\nkey = \"{public}\"\nsigner = \"{signer}\"\nkinds = [\"{kind}\"]\nplace = \"33\"\nfrom = \"2020-01-01T00:00:00Z\"\n\
             until = \"2021-01-01T00:00:00Z\"\n"
        )
    };
    let root = desk.key("root.key");
    let keys = [
        entry("venue", "market supervision", "venue-code"),
        entry("exposure-1", "disease control", "exposure-list"),
        entry("exposure-2", "health commission", "exposure-list"),
    ];
    desk.write("trust.toml", format!("{}[roots]\nkeys = [\"{root}\"]\nsigners = 1\n", keys.concat()));
    desk.ok("trust build trust.toml --version 1 --issued 2020-02-01 --valid 300d --key root.key --out trust.cbor");
    let roots = Roots { keys: vec![PublicKey::parse(&root).unwrap()], signers: 1 };
    let trust = Trust::open(&desk.read("trust.cbor"), &roots, at("2020-02-12T00:00:00+08:00")).unwrap();
    (desk, trust)
}

fn at(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn text(desk: &Desk, file: &str) -> String {
    String::from_utf8(desk.read(file)).unwrap()
}

#[test]
fn a_screen_and_a_sheet_are_visits_in_their_time_and_a_list_finds_those_who_were_there() {
    let (desk, trust) = desk("venue");
    desk.ok("venue new --out seed");
    assert!(desk.fails(2, "cli-file-exists", "venue new --out seed").contains("never overwritten"));
    let codes = "venue codes seed --name 西湖书店 --place 330106004 --day 2020-02-12 --key venue.key";
    desk.ok(&format!("{codes} --out screen"));
    desk.ok(&format!("{codes} --sheet --out sheet"));
    let files = std::fs::read_dir(desk.path("screen")).unwrap().count();
    assert_eq!(files, 2 * 96, "text and picture of each quarter of an hour");
    let shown = text(&desk, "screen/2020-02-12-0915.txt");
    assert!(text(&desk, "screen/2020-02-12-0915.svg").contains("<title>西湖书店</title>"));
    let open = |text: &str, when: &str| VenueCode::open(text, &trust, at(when)).map_err(|error| error.code());
    let code = open(&shown, "2020-02-12T09:20:00+08:00").unwrap();
    assert_eq!((code.name.as_str(), code.place.to_string()), ("西湖书店", "330106004".into()));
    assert_eq!(open(&shown, "2020-02-12T09:30:00+08:00").err(), Some("venue-code-expired"));
    let sheet = text(&desk, "sheet/2020-02-12.txt");
    assert!(open(&sheet, "2020-02-12T23:59:59+08:00").is_ok_and(|sheet| sheet.seed == code.seed));
    assert_eq!(open(&sheet, "2020-02-13T00:00:00+08:00").err(), Some("venue-code-expired"));
    assert!(desk.ok("inspect screen/2020-02-12-0915.txt").contains("西湖书店"));

    // Somebody infected was there from ten to eleven, and after midnight, when the seed is another.
    let tags =
        desk.ok("venue tags seed --from 2020-02-12T10:00:00+08:00 --to 2020-02-12T11:00:00+08:00 --level medium");
    desk.write("morning.csv", &tags);
    assert_eq!(tags.lines().count(), 1 + 4, "{tags}");
    assert!(tags.lines().skip(1).is_sorted() && tags.lines().nth(1).unwrap().ends_with(",medium"));
    let night = desk.ok("venue tags seed --from 2020-02-13T01:00:00+08:00 --to 2020-02-13T01:30:00+08:00");
    desk.write("night.csv", &night);
    assert_eq!(night.lines().count(), 1 + 2 * 2, "of those who came that day, and the day before");
    desk.ok(
        "sign exposure-list morning.csv night.csv --version 1 --issued 2020-02-13T08:00:00+08:00 --valid 7d --place 33 \
         --key exposure-1.key --out list.cbor",
    );
    desk.ok("countersign list.cbor --key exposure-2.key --out list.cbor");
    assert!(desk.ok("inspect list.cbor").contains("8 quarters of an hour"));
    let list = [trust.open_file::<ExposureList>(&desk.read("list.cbor"), at("2020-02-13T09:00:00+08:00")).unwrap()];
    let quarters = |arrive: &str, hours: i64| {
        let venue = serde_json::json!({ "seed": code.seed, "name": code.name });
        let leave = at(arrive).plus(Span::seconds(3_600 * hours));
        let visit = serde_json::json!({ "place": "330106004", "arrive": arrive, "leave": leave, "venue": venue });
        let visit: Visit = serde_json::from_value(visit).unwrap();
        Matched::of(&list, visit.at_venue().into_iter())[0].of_seed(&code.seed).count()
    };
    assert_eq!(quarters("2020-02-12T09:20:00+08:00", 1), 2);
    assert_eq!(quarters("2020-02-12T11:00:00+08:00", 2), 0);
    assert_eq!(quarters("2020-02-12T22:00:00+08:00", 5), 2, "who stayed past midnight");
}

#[test]
fn what_cannot_be_is_refused() {
    let (desk, _) = desk("venue-refused");
    desk.ok("venue new --out seed");
    let codes = |more: &str| format!("venue codes {more} --place 330106004 --day 2020-02-12 --key venue.key --out out");
    desk.fails(2, "cli-venue-file", &codes("venue.key --name x"));
    desk.fails(2, "cli-venue-name", &codes(&format!("seed --name {}", "长".repeat(21))));
    let tags = |from: &str, to: &str| format!("venue tags seed --from {from} --to {to}");
    desk.fails(2, "cli-venue-times", &tags("2020-02-12", "2020-02-12"));
    desk.fails(2, "venue-too-many-tags", &tags("2020-02-12", "2099-02-12"));
    let sign = "--version 1 --issued 2020-02-13 --valid 7d --key exposure-1.key --out list.cbor";
    desk.fails(2, "cli-empty-exposures", &format!("sign exposure-list {sign}"));
    desk.write("bad.csv", "tag,level\n0011223344556677,high\n00112233,high\n");
    assert!(desk.fails(2, "cli-csv-line", &format!("sign exposure-list bad.csv {sign}")).contains("line 3"));
    desk.ok(&format!("sign exposure-list --empty {sign}"));
    desk.fails(1, "file-long-lived", &format!("sign exposure-list --empty {}", sign.replace("7d", "32d")));
}
