//! What readers of JSON and TOML find wrong, in words for people who do not know Rust.

/// The types of whole numbers, which are named after their bits.
const WHOLE_NUMBERS: [(&str, &str); 8] = [
    ("u8", "a whole number from 0 to 255"),
    ("u16", "a whole number from 0 to 65535"),
    ("u32", "a whole number from 0 to 4294967295"),
    ("u64", "a whole number from 0 on"),
    ("usize", "a whole number from 0 on"),
    ("i16", "a whole number from -32768 to 32767"),
    ("i32", "a whole number from -2147483648 to 2147483647"),
    ("i64", "a whole number"),
];

/// The same sentence, with plain words for what was expected.
pub(crate) fn plainly(problem: &str) -> String {
    let Some((beginning, expected)) = problem.rsplit_once("expected ") else { return problem.to_owned() };
    // A number that no type of Rust's holds is found as text.
    let beginning = beginning.replacen("` as i128, ", "`, ", 1).replacen("` as u128, ", "`, ", 1);
    format!("{beginning}expected {}", named(expected).unwrap_or(expected))
}

/// What a whole number of this type is.
pub(crate) fn whole_number(name: &str) -> &'static str {
    named(name).unwrap_or("a whole number")
}

fn named(name: &str) -> Option<&'static str> {
    WHOLE_NUMBERS.iter().find(|(known, _)| *known == name).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_expected_in_plain_words() {
        let said = plainly("invalid type: string \"x\", expected u32");
        assert_eq!(said, "invalid type: string \"x\", expected a whole number from 0 to 4294967295");
        let said = plainly("invalid type: integer `99999999999999999999` as i128, expected u8");
        assert_eq!(said, "invalid type: integer `99999999999999999999`, expected a whole number from 0 to 255");
        for other in ["unknown field `u32`, expected one of `id`, `version`", "invalid length, expected u32s", "u32"] {
            assert_eq!(plainly(other), other);
        }
    }
}
