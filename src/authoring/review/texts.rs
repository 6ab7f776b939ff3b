//! Texts: in the language that they are said to be in, in its characters and with its signs, for people.

use encoding_rs::GBK;

use super::finding::Finding;
use super::{Review, reads};
use crate::rules::location::Location;
use crate::rules::pack::{Question, QuestionKind, Text};

/// Signs of English, and what Chinese writes instead.
const SIGNS: [(char, char); 8] =
    [(',', '，'), ('.', '。'), ('?', '？'), ('!', '！'), (';', '；'), (':', '：'), ('(', '（'), (')', '）')];

impl Review<'_> {
    pub(super) fn text(&mut self, at: &Location, text: &Text) {
        let Text { zh_hans, en, .. } = text;
        let english = en.chars().any(|c| c.is_ascii_alphabetic()) && !en.chars().any(is_chinese);
        for (words, key, language, fits) in [
            (zh_hans, "zh-Hans", "Chinese", zh_hans.chars().any(is_chinese) || is_term(zh_hans)),
            (en, "en", "English", english || is_term(en)),
        ] {
            // That there is nothing is a fault of the structure.
            if words.trim().is_empty() {
                continue;
            }
            let text = words.chars().take(60).collect();
            if is_machine_text(words) {
                self.found.push(Finding::MachineText { at: at.key(key), text });
            } else if !fits {
                self.found.push(Finding::Language { at: at.key(key), text, language: language.into() });
            }
        }
        for (tag, words) in text.further.all().filter(|(_, words)| !words.trim().is_empty()) {
            let said = || words.chars().take(60).collect();
            if is_machine_text(words) {
                self.found.push(Finding::MachineText { at: at.language(tag), text: said() });
            } else if (words == en || words == zh_hans && !tag.starts_with("zh"))
                && words.chars().count() > 3
                && !is_term(words)
            {
                self.found.push(Finding::Language { at: at.language(tag), text: said(), language: format!("`{tag}`") });
            }
        }
        let at = at.key("zh-Hans");
        if let Some(character) = zh_hans.chars().find(|c| is_chinese(*c) && !is_simplified(*c)) {
            self.found.push(Finding::Traditional { at: at.clone(), character });
        }
        if let Some((written, instead)) = otherwise(zh_hans) {
            self.found.push(Finding::Punctuation { at, written, instead });
        }
    }

    /// Whether the texts of a rule say anything at all.
    pub(super) fn says(&mut self, at: &Location, text: &Text) {
        for (tag, words) in text.all() {
            let least = if tag == "en" { 6 } else { 3 };
            let letters = words.chars().filter(|c| c.is_alphanumeric()).count();
            if !words.trim().is_empty() && letters < least && !is_machine_text(words) {
                self.found.push(Finding::MachineText { at: at.language(tag), text: words.to_owned() });
            }
        }
    }

    /// Reports an option that says that nothing applies, and may be chosen together with what does.
    pub(super) fn alone(&mut self, at: &Location, question: &Question) {
        if question.kind != QuestionKind::ManyOf || question.options.len() < 2 {
            return;
        }
        let denies = |text: &Text| {
            let chinese = ["以上都没有", "都没有", "没有以上", "以上均无", "均无", "无以上"];
            let english = text.en.to_lowercase();
            let none =
                ["none", "nothing", "neither"].iter().any(|word| english.split_whitespace().next() == Some(word));
            none || text.zh_hans == "无"
                || text.zh_hans == "没有"
                || chinese.iter().any(|one| text.zh_hans.starts_with(one))
        };
        for (index, option) in question.options.iter().enumerate() {
            if !option.alone && (option.id == "none" || denies(&option.text)) {
                let option_at = at.key("options").key(index).key("id");
                self.found.push(Finding::Together { at: option_at.called(format!("{at}, option {}", option.id)) });
            }
        }
    }

    /// Reports what asks or counts by an answer and does not name its "not sure": nobody would be told that it is not known.
    fn counted_unsure(&mut self, question: &Question, option: &str) {
        let pack = self.pack;
        let asked = pack
            .questions
            .iter()
            .enumerate()
            .map(|(index, one)| ("question", index, &one.id, "show-if", one.show_if.as_ref()));
        let counted =
            pack.measures.iter().enumerate().map(|(index, one)| ("measure", index, &one.id, "when", one.when.as_ref()));
        let bands =
            pack.bands.iter().enumerate().map(|(index, one)| ("band", index, &one.text.en, "when", one.when.as_ref()));
        for (list, index, id, key, condition) in asked.chain(counted).chain(bands) {
            let Some(condition) = condition.filter(|condition| reads(condition, "answers", &question.id)) else {
                continue;
            };
            let mut named = false;
            condition.expression().texts(&mut |text| named |= text == option);
            if !named {
                let at = Location::item(list, index, format!("{list} {id}")).key(key);
                let (question, option) = (question.id.clone(), option.to_owned());
                self.found.push(Finding::UnsureUnnamed { at, question, option });
            }
        }
    }

    /// Reports a "not sure" of which no rule says what it does.
    pub(super) fn unsure(&mut self, at: &Location, question: &Question) {
        for (index, option) in question.options.iter().enumerate().filter(|(_, option)| option.is_unsure()) {
            let mut named = false;
            for rule in &self.pack.rules {
                rule.when.expression().texts(&mut |text| named |= text == option.id);
            }
            if !named {
                self.found.push(Finding::Unsure { at: at.key("options").key(index).key("unsure") });
            }
            self.counted_unsure(question, &option.id);
        }
    }
}

pub(super) const fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

/// Whether it is one of the 6,763 characters of GB 2312, which are the simplified ones in use and few others. In GBK they are
/// where they were in GB 2312.
fn is_simplified(c: char) -> bool {
    let mut utf8 = [0; 4];
    let (bytes, _, unknown) = GBK.encode(c.encode_utf8(&mut utf8));
    !unknown && matches!(*bytes, [0xb0..=0xf7, 0xa1..=0xfe])
}

/// What is written otherwise in Chinese, and how: signs in half the width beside its characters, and spaces around numbers.
fn otherwise(text: &str) -> Option<(String, String)> {
    let characters: Vec<char> = text.chars().collect();
    let at = |index: Option<usize>| index.and_then(|index| characters.get(index)).copied();
    for (index, c) in characters.iter().enumerate() {
        let (before, after) = (at(index.checked_sub(1)), at(index.checked_add(1)));
        let beside = |c: Option<char>| c.is_some_and(is_chinese);
        if let Some((_, instead)) = SIGNS.iter().find(|(sign, _)| sign == c) {
            // In `37.3`, `10:00` and `https://` it is no sign of the sentence.
            let within = before.zip(after).is_some_and(|(before, after)| {
                before.is_ascii_graphic() && after.is_ascii_graphic() && *c != '(' && *c != ')'
            });
            if !within && (beside(before) || beside(after)) {
                let near: String = [before, Some(*c), after].into_iter().flatten().collect();
                return Some((near.clone(), near.replace(*c, &instead.to_string())));
            }
        }
        let (Some(before), Some(after)) = (before, after) else { continue };
        let unit = after == '°' || after == '℃';
        if *c == ' '
            && ((is_chinese(before) && after.is_ascii_digit())
                || (before.is_ascii_digit() && (unit || is_chinese(after))))
        {
            return Some((format!("{before} {after}"), format!("{before}{after}")));
        }
    }
    None
}

/// Whether it is the same in all languages: abbreviations and names such as `PCR`, `COVID-19` or `mRNA`, and numbers.
fn is_term(text: &str) -> bool {
    let is_one = |word: &str| {
        let mut letters = word.chars().filter(|c| c.is_alphanumeric());
        let first = letters.next();
        let mut rest = letters.peekable();
        first.is_none_or(|first| first.is_ascii_digit() || rest.peek().is_none())
            || rest.any(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
    };
    !text.trim().is_empty() && text.is_ascii() && !is_machine_text(text) && text.split_whitespace().all(is_one)
}

/// Whether it is an id, a placeholder or a leftover.
fn is_machine_text(text: &str) -> bool {
    const LEFTOVERS: [&str; 8] = ["TODO", "FIXME", "TBD", "XXX", "???", "lorem ipsum", "placeholder", "待定"];
    let upper = text.to_uppercase();
    let id = !text.contains(' ') && text.is_ascii() && text.contains('_');
    id || LEFTOVERS.iter().any(|leftover| upper.contains(&leftover.to_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_written_with_its_own_signs_and_without_spaces_around_numbers() {
        for (text, written, instead) in [
            ("请在家休息,每天申报。", "息,每", "息，每"),
            ("请在家休息.", "息.", "息。"),
            ("您今天发热吗?", "吗?", "吗？"),
            ("体温37.3 °C或以上", "3 °", "3°"),
            ("满 14 天", "满 1", "满1"),
            ("灰色(无法判定)", "色(无", "色（无"),
        ] {
            assert_eq!(otherwise(text), Some((written.to_owned(), instead.to_owned())), "{text}");
        }
        for text in [
            "体温37.3°C或以上，10:00前申报。",
            "见https://www.nhc.gov.cn/a.html",
            "PCR, CT",
            "新冠mRNA疫苗",
            "请拨打12345",
            "CA910，32K",
        ] {
            assert_eq!(otherwise(text), None, "{text}");
        }
    }

    #[test]
    fn simplified_characters_are_told_from_others() {
        assert!("请回家休息，体温发热镇痛".chars().filter(|c| is_chinese(*c)).all(is_simplified));
        for c in "請體發熱鎮".chars() {
            assert!(!is_simplified(c), "{c}");
        }
    }
}
