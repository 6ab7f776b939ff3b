//! Venues, natively: how many bytes a day's exposures at 10,000 quarters of an hour take, and how long a phone takes to look up the 2,250
//! quarters of an hour that somebody spent at venues in a fortnight.

mod side_by_side;

use std::error::Error;
use std::hint::black_box;

use healthcode::calendar::{Span, Time};
use healthcode::cbor::{from_bytes, to_bytes};
use healthcode::place::Place;
use healthcode::risk::Level;
use healthcode::trust::envelope::countersign;
use healthcode::trust::file::sign_file;
use healthcode::trust::{Header, Roots, SecretKey, Trust, TrustList, TrustedKey};
use healthcode::trust::{Kind, Verified};
use healthcode::venue::{ExposureList, Matched, Quarter, Seed, Stay, Tag};
use side_by_side::compare;

/// Quarters of an hour at venues that are listed of one day.
const LISTED: u64 = 10_000;
/// Days for which a list is kept.
const DAYS: u64 = 14;
/// Quarters of an hour that are looked up: about as many as CrowdNotifier was measured with.
const CHECKS: u64 = 2_250;
/// The most bytes that a day's list may have.
const MOST: usize = 100_000;

fn key(number: u8) -> Result<SecretKey, Box<dyn Error>> {
    Ok(SecretKey::from_random(&[[number; 31].as_slice(), &[0]].concat())?)
}

/// As good as random: tags are hashes.
fn tag(number: u64) -> Tag {
    Seed([3; 16]).tag(Quarter(number))
}

fn main() -> Result<(), Box<dyn Error>> {
    let listed = |count: u64| (0..count).map(|number| (tag(number), Level::High)).collect();
    let day = ExposureList::new(listed(LISTED))?;
    let bytes = to_bytes(&day).len();
    println!("{LISTED} quarters of an hour at venues: {bytes} bytes");
    assert!(bytes <= MOST, "{bytes} bytes");

    let now = Time::parse("2022-11-30T08:00:00+08:00")?;
    let header = Header { version: 1, issued: now, expires: now.plus(Span::days(7)), place: None };
    let (root, first, second) = (key(1)?, key(2)?, key(3)?);
    let trusted = |key: &SecretKey, signer: &str| TrustedKey {
        key: key.public(),
        signer: signer.into(),
        kinds: vec![Kind::ExposureList],
        place: None,
        from: now,
        until: header.expires,
    };
    let roots = Roots { keys: vec![root.public()], signers: 1 };
    let keys = vec![trusted(&first, "first"), trusted(&second, "second")];
    let list = TrustList { keys, needed: Vec::new(), roots: roots.clone(), log: None };
    let trust = Trust::open(&sign_file(&header, &list, &root), &roots, now)?;
    let fortnight = ExposureList::new(listed(LISTED * DAYS))?;
    let stored = to_bytes(&fortnight);
    let file = countersign(&sign_file(&header, &fortnight, &first), &second)?;
    let opened = [trust.open_file::<ExposureList>(&file, now)?];

    // Stays of an hour and a half, each at another venue: six quarters of an hour.
    let place = Place::parse("410105")?;
    let stay = |number: u64| {
        let arrive = now.minus(Span::seconds(i64::try_from(number).unwrap_or(0) * 3_000));
        let mut seed = [0; 16];
        seed.iter_mut().zip(number.to_be_bytes()).for_each(|(byte, of)| *byte = of);
        let arrive = Quarter::of(arrive).map_or(arrive, Quarter::start);
        Stay { place, seed: Seed(seed), arrive, leave: Some(arrive.plus(Span::seconds(6 * 900))) }
    };
    let stays: Vec<Stay> = (0..CHECKS / 6).map(stay).collect();
    let look_up = |lists: &[Verified<ExposureList>]| Matched::of(lists, stays.iter().copied());
    assert!(look_up(&opened).iter().all(Matched::is_complete));
    compare(
        &format!("{CHECKS} checks against {} tags", LISTED * DAYS),
        200,
        &mut [
            ("look up", &mut || drop(black_box(look_up(&opened)))),
            ("read the list", &mut || drop(black_box(from_bytes::<ExposureList>(&stored)))),
        ],
    );
    Ok(())
}
