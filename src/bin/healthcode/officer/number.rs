//! Numbers of identity documents in lists: what a spreadsheet has spoilt, and what was mistyped, is about nobody, or about somebody else.

use healthcode::calendar::Date;
use unicode_normalization::UnicodeNormalization as _;

use crate::input::sheet::Cell;

/// What is expected instead of a number that a spreadsheet has cut.
const CUT: &str = "a number with all its digits; a spreadsheet has kept 15 of them: give the column the format of text, and enter it anew";

/// What is expected instead of one that cannot be right.
const WRONG: &str = "a number whose last digit fits the others (GB 11643-1999): one of them is wrong; if the document has just these, say --odd-numbers";
const BORN: &str =
    "a number with a date of birth in its 7th to 14th digit; if the document has just these, say --odd-numbers";
const OLD: &str =
    "a number of 18 digits: documents with 15 are no longer in use; if the document has just these, say --odd-numbers";

/// From which number on a spreadsheet does not have all digits.
const SPOILT: f64 = 1e15;

/// The number in a cell, as documents have it; `odd` takes those, too, that no resident's identity card can have.
pub(super) fn number(cell: &Cell, odd: bool) -> Result<String, &'static str> {
    if matches!(cell, Cell::Number(number) if number.abs() >= SPOILT) {
        return Err(CUT);
    }
    // Letters and digits in the width of Chinese characters are the same ones; an apostrophe is how a spreadsheet is told of text.
    let text: String = cell.text().nfkc().collect();
    let text = text.trim().trim_start_matches(['\'', '’', '‘']).to_owned();
    if is_exponential(&text) {
        return Err(CUT);
    }
    let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    if !odd {
        check(&plain)?;
    }
    Ok(text)
}

fn is_exponential(text: &str) -> bool {
    let Some((digits, power)) = text.split_once(['E', 'e']) else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.contains('.') && digits.split('.').all(is_number) && is_number(power.trim_start_matches('+'))
}

fn check(plain: &str) -> Result<(), &'static str> {
    let (digits, last) = plain.split_at(plain.len().saturating_sub(1));
    let are_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match (plain.len(), are_digits) {
        (15, true) if last.bytes().all(|byte| byte.is_ascii_digit()) => Err(OLD),
        (18, true) if matches!(last, "X" | "x") || last.bytes().all(|byte| byte.is_ascii_digit()) => {
            if check_digit(digits) != last.to_ascii_uppercase().chars().next() {
                return Err(if plain.ends_with("000") { CUT } else { WRONG });
            }
            let part = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<i64>().ok());
            let born = part(6, 10).zip(part(10, 12)).zip(part(12, 14));
            let born = born.and_then(|((year, month), day)| Date::from_civil(year, month, day).filter(|_| year > 1850));
            born.map(drop).ok_or(BORN)
        }
        _ => Ok(()),
    }
}

/// The last digit of a number by the 17 before it: ISO 7064, MOD 11-2.
fn check_digit(digits: &str) -> Option<char> {
    let sum = digits.bytes().fold(0, |sum, byte| (sum + u32::from(byte - b'0')) * 2 % 11);
    "10X98765432".chars().nth(usize::try_from(sum).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Result<String, &'static str> {
        number(&Cell::Text(text.to_owned()), false)
    }

    #[test]
    fn the_examples_of_the_standard_are_taken_however_they_are_written() {
        // GB 11643-1999, appendix B.
        for good in
            ["11010519491231002X", "440524188001010014", "11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ"]
        {
            assert!(text(good).is_ok(), "{good}");
        }
        assert_eq!(text("'110105 19491231 002X").unwrap(), "110105 19491231 002X");
        assert_eq!(text("Ｅ１２３４５６７８").unwrap(), "E12345678");
        assert_eq!(number(&Cell::Number(12_345_678.0), false).unwrap(), "12345678");
    }

    #[test]
    fn what_is_mistyped_or_spoilt_is_not() {
        assert_eq!(text("110105194912310021"), Err(WRONG));
        assert_eq!(text("110105194912310020"), Err(WRONG));
        assert_eq!(text("110150194912310029").err(), Some(WRONG));
        for cut in ["350521199001011000", "3.50521E+17", "3.50521e17"] {
            assert_eq!(text(cut), Err(CUT), "{cut}");
        }
        assert_eq!(number(&Cell::Number(350_521_199_001_011_000.0), true), Err(CUT));
        assert_eq!(text("110105491231002"), Err(OLD));
        let thirteenth = format!("11010519491331002{}", check_digit("11010519491331002").unwrap());
        assert_eq!(text(&thirteenth), Err(BORN));
        for odd in ["110105194912310021", "110105491231002", &thirteenth] {
            assert!(number(&Cell::Text(odd.to_owned()), true).is_ok(), "{odd}");
        }
        // Each single digit that is another shows.
        for place in 0..17 {
            for digit in '0'..='9' {
                let mut changed: Vec<char> = "11010519491231002X".chars().collect();
                changed[place] = digit;
                let changed: String = changed.into_iter().collect();
                assert_eq!(text(&changed).is_ok(), changed == "11010519491231002X", "{changed}");
            }
        }
    }
}
