//! Which characters are marks on the letter before them.

/// How many characters are none, are marks, are none and so on, from U+0000 on: each count in groups of seven bits, the lowest
/// first, all but the last with the eighth bit set. Characters that Unicode 17.0 has not assigned count as what saves a byte.
#[rustfmt::skip]
const RUNS: &[u8] = &[
    128, 6, 79, 1, 32, 147, 2, 7, 135, 2, 45, 1, 1, 1, 2, 1, 2, 1, 1, 72, 11, 48, 21, 16, 1, 101, 7, 2, 6, 2, 2, 1, 4,
    35, 1, 30, 27, 91, 11, 58, 9, 9, 1, 24, 4, 1, 9, 1, 3, 1, 5, 43, 3, 59, 9, 42, 24, 1, 33, 54, 3, 1, 18, 1, 7, 10, 2,
    29, 3, 56, 1, 1, 16, 9, 1, 10, 2, 26, 6, 56, 22, 30, 2, 3, 1, 11, 3, 56, 1, 1, 16, 20, 2, 22, 10, 56, 1, 1, 26, 10,
    2, 30, 1, 59, 16, 9, 1, 40, 5, 55, 1, 1, 25, 11, 2, 29, 3, 56, 1, 1, 25, 11, 2, 15, 17, 55, 2, 1, 16, 9, 1, 10, 2,
    29, 3, 70, 22, 18, 2, 61, 1, 2, 7, 12, 8, 98, 1, 2, 9, 11, 7, 73, 2, 27, 1, 1, 1, 1, 1, 4, 2, 49, 20, 1, 2, 5, 48,
    9, 1, 100, 20, 23, 4, 4, 3, 1, 3, 2, 7, 3, 4, 13, 12, 1, 1, 10, 4, 195, 1, 159, 1, 221, 2, 3, 178, 7, 4, 28, 3, 29,
    2, 30, 2, 66, 30, 9, 1, 167, 1, 2, 34, 1, 118, 28, 219, 1, 5, 57, 43, 48, 85, 47, 17, 38, 9, 12, 3, 30, 13, 56, 14,
    48, 20, 152, 1, 3, 1, 21, 4, 1, 6, 1, 2, 3, 198, 1, 64, 208, 5, 33, 254, 23, 3, 141, 1, 1, 96, 32, 170, 4, 6, 105,
    2, 212, 235, 1, 4, 1, 10, 32, 2, 80, 2, 144, 2, 1, 3, 1, 4, 1, 23, 5, 4, 1, 83, 2, 50, 18, 26, 18, 13, 1, 38, 8, 25,
    13, 44, 4, 47, 14, 36, 1, 67, 14, 12, 1, 8, 2, 45, 3, 50, 1, 1, 3, 2, 2, 5, 2, 1, 1, 41, 5, 5, 2, 236, 1, 8, 1, 2,
    194, 87, 76, 162, 70, 1, 129, 6, 16, 205, 7, 1, 226, 1, 1, 149, 1, 5, 134, 13, 15, 40, 8, 165, 1, 2, 189, 4, 4, 65,
    5, 189, 2, 2, 79, 4, 70, 11, 49, 4, 122, 3, 53, 15, 41, 1, 2, 2, 10, 4, 45, 11, 7, 1, 61, 3, 36, 14, 16, 2, 44, 1,
    12, 3, 48, 14, 8, 4, 1, 2, 92, 12, 6, 1, 2, 1, 157, 1, 12, 21, 4, 55, 2, 1, 16, 9, 1, 10, 19, 67, 25, 1, 1, 14, 2,
    82, 18, 23, 1, 81, 20, 235, 1, 18, 27, 2, 82, 17, 106, 13, 101, 15, 128, 2, 15, 245, 1, 15, 1, 1, 1, 2, 141, 1, 16,
    3, 1, 28, 10, 40, 7, 1, 4, 8, 1, 9, 11, 46, 16, 149, 3, 17, 82, 37, 122, 21, 1, 1, 66, 14, 219, 2, 4, 9, 2, 1, 1,
    48, 15, 23, 1, 229, 41, 1, 6, 15, 200, 89, 18, 192, 19, 5, 59, 7, 152, 8, 1, 1, 66, 81, 14, 171, 153, 1, 2, 225, 36,
    71, 158, 4, 5, 3, 6, 8, 8, 2, 7, 30, 4, 148, 1, 3, 187, 15, 55, 4, 50, 8, 1, 14, 1, 22, 21, 208, 10, 43, 100, 1,
    160, 1, 7, 247, 2, 1, 61, 4, 252, 3, 4, 254, 1, 2, 224, 5, 7, 109, 7,
];

/// Whether a character is a mark on the letter before it: of Unicode's categories Mn, Mc and Me, or a vowel or final consonant
/// (jamo) of a Korean syllable, unless it is ignored where it is not known (`unseen::is_format`).
///
/// Clusters of UAX #29 are not quite it: a Burmese visarga or vowel sign is one of its own there. And their tables have
/// several kilobytes.
pub(super) fn is_mark(c: char) -> bool {
    let (mut left, mut mark, mut run, mut shift) = (u32::from(c), false, 0, 0);
    for byte in RUNS {
        run |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            let Some(rest) = left.checked_sub(run) else { return mark };
            (left, mark, run, shift) = (rest, !mark, 0, 0);
        }
    }
    false
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use regex_syntax::hir::{Class, HirKind};

    use super::*;
    use crate::unseen::is_format;

    fn class(pattern: &str) -> Vec<char> {
        let hir = regex_syntax::parse(pattern).unwrap();
        let HirKind::Class(Class::Unicode(class)) = hir.kind() else { panic!("{hir:?}") };
        class.iter().flat_map(|range| range.start()..=range.end()).collect()
    }

    /// Marks, by Unicode's own tables.
    fn marks() -> Vec<char> {
        let all = class(r"[\p{M}\x{1161}-\x{11ff}\x{d7b0}-\x{d7fb}]");
        all.into_iter().filter(|c| !is_format(*c)).collect()
    }

    /// What is in no category of assigned characters.
    fn unassigned() -> Vec<char> {
        class(r"[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\p{Cc}\p{Cf}\p{Co}]")
    }

    #[test]
    fn the_table_is_that_of_unicode() {
        let mut runs: Vec<[u32; 2]> = Vec::new();
        let open = unassigned();
        for mark in marks() {
            match runs.last_mut() {
                Some([_, end]) if (char::from_u32(*end).unwrap()..mark).all(|c| open.binary_search(&c).is_ok()) => {
                    *end = u32::from(mark) + 1;
                }
                _ => runs.push([mark.into(), u32::from(mark) + 1]),
            }
        }
        let mut table = Vec::new();
        let ends = runs.into_iter().flatten();
        ends.fold(0, |from, to| {
            let mut count = to - from;
            while count > 0x7f {
                table.push(u8::try_from(count & 0x7f).unwrap() | 0x80);
                count >>= 7;
            }
            table.push(u8::try_from(count).unwrap());
            to
        });
        assert_eq!(RUNS, table);
    }

    #[test]
    fn every_mark_is_found_and_nothing_else_that_has_a_meaning() {
        let (marks, open) = (marks(), unassigned());
        assert!(marks.len() > 2_000);
        for c in ('\0'..=char::MAX).filter(|c| open.binary_search(c).is_err()) {
            assert_eq!(is_mark(c), marks.binary_search(&c).is_ok(), "{c:?}");
        }
    }
}
