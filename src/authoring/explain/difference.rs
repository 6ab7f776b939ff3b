//! Why two assessments differ, in words.

use super::Explanation;
use crate::compare::Difference;

impl Explanation<'_> {
    /// One difference in words.
    pub(super) fn difference(&self, difference: &Difference) -> String {
        let words = self.words();
        let version = |version: &Option<u32>| {
            let none = self.say("无", "none");
            version.map_or_else(|| none.to_owned(), |version| version.to_string())
        };
        match difference {
            Difference::Rules { before, after } => words.either(
                format!("规则换了：由第{before}版到第{after}版"),
                format!("other rules: version {after} after version {before}"),
            ),
            Difference::Risk { before, after } => words.either(
                format!("风险数据换了：由第{}版到第{}版", version(before), version(after)),
                format!("other risk data: version {} after version {}", version(after), version(before)),
            ),
            Difference::NewReason { rule, text } => {
                let text = self.own(text);
                words.either(format!("新的原因：{text}（{rule}）"), format!("a new reason: {text} ({rule})"))
            }
            Difference::EndedReason { rule, text } => {
                let text = self.own(text);
                words.either(
                    format!("原因已解除或减轻：{text}（{rule}）"),
                    format!("a reason has ended or run on: {text} ({rule})"),
                )
            }
            Difference::Causes => words.either(
                "能够判定的事项有了变化：见“为什么无法判定”".into(),
                "what is not known has changed: see why it is undecided".into(),
            ),
            Difference::TimePassed => words.either("只是时间过去了".into(), "only time has passed".into()),
        }
    }
}
