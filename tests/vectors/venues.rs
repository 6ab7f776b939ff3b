//! Venues' codes with one flaw each, seeds and tags, and an exposure list.

use healthcode::calendar::{Offset, Span};
use healthcode::risk::Level;
use healthcode::trust::Header;
use healthcode::trust::file::sign_file;
use healthcode::venue::code::to_text;
use healthcode::venue::{ExposureList, MasterSeed, Matched, Quarter, Stay, VenueCode};

use crate::authority::*;
use crate::format::{DayCase, Hex, StayCase, TagCase, VenueCase, VenueVectors};

/// A code in force from the moment of the vectors for so many minutes.
fn code(code: &VenueCode, minutes: i64, region: &str, signer: &str) -> String {
    let issued = now();
    let header =
        Header { version: 1, issued, expires: issued.plus(Span::seconds(60 * minutes)), place: Some(place(region)) };
    to_text(&sign_file(&header, code, &key(signer)))
}

pub(crate) fn venues() -> VenueVectors {
    let good = code(&venue_code(), 15, "3301", "venue");
    let mut cases = Vec::new();
    let mut add = |name: &str, flaw: &str, text: &str, after: i64, refused: Option<&str>| {
        let seed = refused.is_none().then(|| venue_code().seed.to_string());
        let now = now().plus(Span::seconds(after)).to_string();
        cases.push(VenueCase {
            name: name.into(),
            flaw: flaw.into(),
            now,
            text: text.into(),
            code: refused.map(str::to_owned),
            seed,
        });
    };
    add("screen", "none: a quarter of an hour, on a screen", &good, 0, None);
    add("screen-last-second", "none", &good, 899, None);
    add("screen-clocks-differ", "none: two minutes early", &good, -120, None);
    add("white-space", "none: white space around", &format!(" {good}\n"), 0, None);
    add("sheet", "none: a day, on a printed sheet", &code(&venue_code(), 24 * 60, "3301", "venue"), 23 * 3_600, None);
    add("picture", "a picture of what was shown a quarter of an hour ago", &good, 900, Some("venue-code-expired"));
    add(
        "picture-of-yesterday",
        "a picture of yesterday's sheet",
        &code(&venue_code(), 24 * 60, "3301", "venue"),
        24 * 3_600,
        Some("venue-code-expired"),
    );
    add("early", "shown before it was issued", &good, -121, Some("file-not-yet-issued"));
    add(
        "long-lived",
        "in force for longer than a day",
        &code(&venue_code(), 24 * 60 + 1, "3301", "venue"),
        0,
        Some("file-long-lived"),
    );
    let elsewhere = VenueCode { place: place("420106"), ..venue_code() };
    add(
        "out-of-place",
        "a venue outside of the place in the header",
        &code(&elsewhere, 15, "3301", "venue"),
        0,
        Some("file-out-of-place"),
    );
    add("other-scope", "by a signer of that place", &code(&elsewhere, 15, "42", "venue"), 0, Some("file-unknown-key"));
    add(
        "stranger",
        "signed by nobody known",
        &code(&venue_code(), 15, "3301", "stranger"),
        0,
        Some("file-unknown-key"),
    );
    add(
        "other-key",
        "signed by who signs other things",
        &code(&venue_code(), 15, "3301", "certificate"),
        0,
        Some("file-unknown-key"),
    );
    let unseen = VenueCode { name: "书\u{202e}店".into(), ..venue_code() };
    add("unseen-name", "something unseen in the name", &code(&unseen, 15, "3301", "venue"), 0, Some("file-malformed"));
    let nameless = VenueCode { name: String::new(), ..venue_code() };
    add("nameless", "no name", &code(&nameless, 15, "3301", "venue"), 0, Some("file-malformed"));
    add("unsigned", "what venues had before: unsigned", "JKV1:330106004012", 0, Some("venue-not-a-venue"));
    add("health-code", "a health code", "JK1:6BFOXN", 0, Some("venue-not-a-venue"));
    add("too-long", "longer than any", &format!("HCV1:{}", "0".repeat(600)), 0, Some("venue-not-a-venue"));
    add("cut-off", "the last character is missing", &good[..good.len() - 1], 0, Some("cbor-truncated"));
    add("small-letters", "small letters", &good.to_lowercase(), 0, Some("venue-not-a-venue"));
    add("not-base45", "small letters where there are none", "HCV1:abc", 0, Some("venue-damaged"));
    add("no-file", "not a signed file", "HCV1:6BFOXN", 0, Some("cbor-truncated"));

    let master = seed("venue");
    let day = now().date(Offset::CHINA).days();
    let today = now().date(Offset::CHINA);
    let days = (0..3)
        .map(|later| DayCase { day: day + later, seed: MasterSeed(master).seed(today.plus_days(later)).to_string() });
    let seed = venue_code().seed;
    let first = Quarter::of(now()).unwrap().0;
    let tags = [0, 1, first, first + 1, u64::MAX >> 11];
    let tags =
        tags.map(|quarter| TagCase { seed: seed.to_string(), quarter, tag: seed.tag(Quarter(quarter)).to_string() });

    let listed = [(0, Level::High), (1, Level::Medium), (5, Level::Low), (200, Level::High)];
    let mut listed: Vec<_> = listed.iter().map(|(later, level)| (seed.tag(Quarter(first + later)), *level)).collect();
    listed.extend((0..20).map(|number| (MasterSeed([7; 32]).seed(today).tag(Quarter(first + number)), Level::High)));
    let list = signed(&header(1, Some("33")), &ExposureList::new(listed).unwrap(), &["exposure", "exposure-2"]);
    let opened = [trust().open_file::<ExposureList>(&list, now()).unwrap()];
    let visits = [(0, 900), (-1, 1), (60, 120), (900, 901), (1_800, 4_500), (-3_600, 86_400), (-86_400, 400 * 900)];
    let visits = visits.map(|(from, to)| {
        let at = |seconds: i64| now().plus(Span::seconds(seconds));
        let stay = Stay { place: place("330106004"), seed, arrive: at(from), leave: Some(at(to)) };
        let found = Matched::of(&opened, std::iter::once(stay));
        let exposed = found[0].of_seed(&seed).map(|met| (met.quarter.0, met.level.number())).collect();
        StayCase { seed: seed.to_string(), arrive: at(from).to_string(), leave: at(to).to_string(), exposed }
    });
    VenueVectors {
        roots: roots(),
        at: now().to_string(),
        trust_list: Hex(trust_list()),
        cases,
        master: Hex(master.into()),
        days: days.collect(),
        tags: tags.into(),
        list: Hex(list),
        visits: visits.into(),
    }
}
