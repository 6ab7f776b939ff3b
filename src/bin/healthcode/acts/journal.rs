//! The journal: each step that changed something, in order, each with a hash over all before it. Whoever keeps the last hash
//! can tell whether anything before it was altered, left out or put in.

use healthcode::calendar::Time;
use healthcode::trust::Digest;
use serde::{Deserialize, Serialize};

use super::id::Id;

/// What the first hash goes on from.
const BEGINNING: &[u8] = b"healthcode journal, format 1";

/// A line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Line {
    /// Its number, from 1 on, without gaps.
    pub(crate) number: i64,
    /// When the issuer took it in.
    pub(crate) at: Time,
    /// Who, by the name in the issuer's settings.
    pub(crate) officer: String,
    /// The step as it was signed.
    pub(crate) act: String,
    /// The hash over this line and all before it.
    pub(crate) hash: Id,
}

/// The hash before the first line.
pub(crate) fn beginning() -> Id {
    Id::of(Digest::of(BEGINNING))
}

/// The hash of a line that follows another. Each part has its length before it, so that none can pass for a part of the next.
pub(crate) fn hash(before: &Id, number: i64, at: Time, officer: &str, act: &str) -> Id {
    let parts = [before.as_str(), &number.to_string(), &at.unix().to_string(), officer, act];
    let text: String = parts.iter().map(|part| format!("{}:{part}\n", part.len())).collect();
    Id::of(Digest::of(text.as_bytes()))
}

/// Checks lines from the first on; gives the last hash, or the number of the first line that is not what was written then.
pub(crate) fn check<'l>(lines: impl IntoIterator<Item = &'l Line>) -> Result<Id, i64> {
    let mut last = beginning();
    for (expected, line) in (1..).zip(lines) {
        let Line { number, at, officer, act, hash: found } = line;
        if *number != expected || hash(&last, *number, *at, officer, act) != *found {
            return Err(expected);
        }
        last = found.clone();
    }
    Ok(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(count: i64) -> Vec<Line> {
        let mut last = beginning();
        let line = |number: i64| {
            let (at, officer, act) = (Time::from_unix(1_000 + number), format!("officer {number}"), "a.b.c".to_owned());
            last = hash(&last, number, at, &officer, &act);
            Line { number, at, officer, act, hash: last.clone() }
        };
        (1..=count).map(line).collect()
    }

    #[test]
    fn whatever_is_done_to_a_line_shows() {
        let whole = lines(4);
        assert_eq!(check(&whole), Ok(whole[3].hash.clone()));
        assert_eq!(check(&[]), Ok(beginning()));
        let altered: [fn(&mut Line); 5] = [
            |line| line.act.push('x'),
            |line| line.officer = "somebody".into(),
            |line| line.at = Time::from_unix(0),
            |line| line.number += 1,
            |line| line.hash = beginning(),
        ];
        for alter in altered {
            let mut lines = whole.clone();
            alter(&mut lines[1]);
            assert_eq!(check(&lines), Err(2));
        }
        let without = |at: usize| whole.iter().enumerate().filter(move |(index, _)| *index != at).map(|(_, line)| line);
        assert_eq!((check(without(0)), check(without(2))), (Err(1), Err(3)));
        let swapped = [&whole[0], &whole[2], &whole[1], &whole[3]];
        assert_eq!(check(swapped), Err(2));
        // A shorter journal is whole by itself: the last hash tells.
        assert_ne!(check(without(3)), Ok(whole[3].hash.clone()));
    }

    #[test]
    fn no_part_passes_for_another() {
        let (before, at) = (beginning(), Time::from_unix(7));
        assert_ne!(hash(&before, 1, at, "a", "bc"), hash(&before, 1, at, "ab", "c"));
        assert_ne!(hash(&before, 1, at, "a\n1:b", "c"), hash(&before, 1, at, "a", "b\n1:c"));
    }
}
