//! Which characters are letters, and which are marks on the letter before them.

/// How many characters are none, are marks, are none and so on, from U+0000 on: each count in groups of seven bits, the lowest
/// first, all but the last with the eighth bit set. Characters that Unicode 17.0 has not assigned count as what saves a byte.
#[rustfmt::skip]
const MARKS: &[u8] = &[
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
    is_in(MARKS, c)
}

/// The same of letters, among which marks count as what saves a byte.
#[rustfmt::skip]
const LETTERS: &[u8] = &[
    65, 26, 6, 26, 47, 1, 10, 1, 4, 1, 5, 23, 1, 31, 1, 202, 3, 4, 12, 14, 5, 7, 1, 1, 1, 129, 1, 5, 1, 8, 1, 1, 6, 1,
    1, 110, 1, 139, 1, 8, 208, 1, 6, 41, 71, 35, 45, 43, 35, 102, 1, 1, 15, 2, 7, 2, 10, 3, 2, 1, 16, 162, 1, 24, 44,
    4, 1, 5, 41, 23, 25, 7, 40, 1, 6, 17, 42, 58, 94, 15, 113, 14, 2, 10, 1, 8, 90, 19, 3, 16, 93, 23, 105, 15, 1, 17,
    78, 52, 93, 30, 1, 4, 93, 15, 94, 5, 3, 8, 3, 24, 77, 58, 51, 12, 7, 58, 70, 21, 37, 63, 45, 27, 5, 115, 64, 16,
    63, 17, 91, 1, 223, 4, 37, 16, 16, 94, 3, 236, 4, 2, 17, 1, 26, 5, 75, 3, 68, 14, 116, 35, 1, 4, 1, 67, 255, 1, 49,
    122, 54, 23, 9, 53, 82, 1, 93, 72, 54, 45, 10, 44, 26, 36, 41, 3, 10, 36, 2, 64, 41, 212, 5, 1, 1, 3, 11, 3, 12, 4,
    13, 5, 11, 116, 1, 13, 1, 16, 13, 101, 1, 4, 1, 2, 10, 1, 1, 3, 5, 6, 1, 1, 1, 1, 1, 1, 4, 1, 11, 2, 4, 5, 5, 4, 1,
    17, 41, 173, 6, 52, 150, 14, 229, 1, 6, 9, 12, 112, 16, 95, 80, 1, 213, 3, 3, 25, 9, 7, 5, 2, 5, 4, 86, 6, 3, 1,
    90, 1, 147, 1, 17, 32, 48, 16, 128, 4, 192, 51, 64, 141, 173, 1, 67, 46, 2, 141, 2, 3, 16, 10, 69, 16, 113, 39, 9,
    2, 103, 2, 152, 1, 29, 52, 14, 50, 62, 6, 3, 1, 1, 2, 11, 28, 10, 23, 25, 83, 28, 1, 16, 16, 10, 82, 20, 23, 3,
    100, 2, 11, 7, 105, 1, 14, 6, 115, 29, 164, 87, 220, 66, 169, 4, 1, 136, 1, 33, 235, 2, 18, 120, 40, 12, 116, 141,
    1, 36, 26, 6, 26, 11, 119, 35, 251, 1, 69, 53, 139, 2, 81, 47, 32, 13, 113, 2, 48, 1, 205, 1, 18, 180, 1, 12, 230,
    5, 10, 23, 9, 31, 65, 22, 10, 22, 10, 26, 70, 56, 6, 2, 64, 54, 42, 29, 3, 29, 35, 8, 1, 28, 27, 54, 10, 22, 10,
    19, 13, 18, 110, 243, 1, 13, 36, 38, 28, 9, 23, 250, 1, 42, 6, 109, 10, 31, 42, 18, 46, 21, 27, 88, 57, 63, 32, 25,
    26, 36, 29, 47, 3, 79, 21, 1, 1, 1, 35, 44, 19, 106, 7, 47, 38, 207, 1, 44, 75, 20, 103, 1, 1, 184, 1, 47, 41, 88,
    20, 1, 59, 57, 71, 27, 37, 236, 1, 116, 64, 31, 67, 94, 66, 1, 88, 21, 58, 19, 1, 18, 73, 199, 1, 33, 31, 65, 49,
    213, 1, 25, 57, 199, 2, 19, 15, 50, 124, 1, 79, 239, 8, 17, 241, 22, 15, 176, 8, 17, 221, 89, 226, 13, 223, 4, 17,
    79, 17, 30, 18, 48, 16, 4, 31, 138, 4, 211, 1, 64, 128, 1, 226, 1, 1, 183, 153, 1, 230, 46, 193, 5, 1, 25, 1, 31,
    1, 25, 1, 31, 1, 25, 1, 31, 1, 25, 1, 31, 1, 25, 1, 8, 180, 14, 190, 4, 16, 1, 193, 2, 92, 228, 3, 28, 228, 1, 33,
    239, 3, 229, 1, 59, 76, 180, 9, 188, 1, 244, 4, 26, 6, 26, 6, 26, 246, 28, 176, 199, 4,
];

/// Whether a character is a letter by itself: alphabetic by Unicode, and no mark. The tables of `char::is_alphabetic` have
/// three times as many bytes.
pub(super) fn is_letter(c: char) -> bool {
    !is_mark(c) && is_in(LETTERS, c)
}

fn is_in(runs: &[u8], c: char) -> bool {
    let (mut left, mut within, mut run, mut shift) = (u32::from(c), false, 0, 0);
    for byte in runs {
        run |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            let Some(rest) = left.checked_sub(run) else { return within };
            (left, within, run, shift) = (rest, !within, 0, 0);
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

    fn letters() -> Vec<char> {
        let marks = marks();
        class(r"\p{Alphabetic}").into_iter().filter(|c| marks.binary_search(c).is_err()).collect()
    }

    /// The table of these characters, where it does not matter whether others are in it.
    fn table(characters: Vec<char>, open: &[char]) -> Vec<u8> {
        let mut runs: Vec<[u32; 2]> = Vec::new();
        for character in characters {
            match runs.last_mut() {
                Some([_, end])
                    if (char::from_u32(*end).unwrap()..character).all(|c| open.binary_search(&c).is_ok()) =>
                {
                    *end = u32::from(character) + 1;
                }
                _ => runs.push([character.into(), u32::from(character) + 1]),
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
        table
    }

    #[test]
    fn the_tables_are_those_of_unicode() {
        assert_eq!(MARKS, table(marks(), &unassigned()));
        let mut open = [unassigned(), marks()].concat();
        open.sort();
        assert_eq!(LETTERS, table(letters(), &open));
    }

    #[test]
    fn every_mark_and_letter_is_found_and_nothing_else_that_has_a_meaning() {
        let (marks, letters, open) = (marks(), letters(), unassigned());
        assert!(marks.len() > 2_000 && letters.len() > 100_000);
        for c in ('\0'..=char::MAX).filter(|c| open.binary_search(c).is_err()) {
            assert_eq!(is_mark(c), marks.binary_search(&c).is_ok(), "{c:?}");
            assert_eq!(is_letter(c), letters.binary_search(&c).is_ok(), "{c:?}");
        }
    }
}
