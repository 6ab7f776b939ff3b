//! Lists of withdrawn certificates, natively: how long it takes to open one of a million of which a thousandth is withdrawn, and to look a
//! number up in it.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use healthcode::calendar::{Span, Time};
use healthcode::code::StatusList;
use healthcode::code::status::{Statuses, day_of};
use healthcode::trust::file::sign_file;
use healthcode::trust::{Header, Kind, Roots, SecretKey, Trust, TrustList, TrustedKey};
use miniz_oxide::deflate::compress_to_vec_zlib;

/// Certificates of a day, and how many of them are withdrawn.
const NUMBERS: u32 = 1_000_000;
const WITHDRAWN: u32 = 1_000;
/// Numbers that are looked up.
const CHECKS: u32 = 1_000_000;
/// The most nanoseconds that one may take.
const MOST: u128 = 1_000;

fn key(number: u8) -> Result<SecretKey, Box<dyn Error>> {
    Ok(SecretKey::from_random(&[[number; 31].as_slice(), &[0]].concat())?)
}

/// Numbers without a pattern (a multiplicative hash).
fn number(of: u32) -> u32 {
    of.wrapping_mul(2_654_435_761) % NUMBERS
}

fn main() -> Result<(), Box<dyn Error>> {
    let now = Time::parse("2022-11-30T08:00:00+08:00")?;
    let (root, certifier) = (key(1)?, key(2)?);
    let header = Header { version: 1, issued: now, expires: now.plus(Span::days(7)), place: None };
    let trusted = TrustedKey {
        key: certifier.public(),
        signer: "certifier".into(),
        kinds: vec![Kind::DayCertificate],
        place: None,
        from: now,
        until: header.expires,
    };
    let roots = Roots { keys: vec![root.public()], signers: 1 };
    let list = TrustList { keys: vec![trusted], needed: Vec::new(), roots: roots.clone(), log: None };
    let trust = Trust::open(&sign_file(&header, &list, &root), &roots, now)?;

    let mut array = vec![0_u8; usize::try_from(NUMBERS / 8)?];
    for withdrawn in (0..WITHDRAWN).map(number) {
        if let Some(byte) = array.get_mut(usize::try_from(withdrawn / 8)?) {
            *byte |= 1 << (withdrawn % 8);
        }
    }
    let statuses = Statuses { bits: 1, compressed: compress_to_vec_zlib(&array, 10) };
    let bytes = StatusList::sign(&certifier, day_of(now), now, &statuses);
    let began = Instant::now();
    let opened = StatusList::open(&bytes, &trust, now)?;
    println!("a list of {NUMBERS} with {WITHDRAWN} withdrawn: {} bytes, opened in {:?}", bytes.len(), began.elapsed());

    let began = Instant::now();
    let found = (0..CHECKS).filter(|of| opened.is_withdrawn(black_box(number(*of))) == Some(true)).count();
    let each = began.elapsed().as_nanos() / u128::from(CHECKS);
    println!("looked up: {each} ns each, {found} withdrawn");
    assert!(found >= usize::try_from(WITHDRAWN)? && each < MOST, "{each} ns");
    Ok(())
}
