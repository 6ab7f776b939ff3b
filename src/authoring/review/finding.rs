//! What a review finds, and how serious it is.

use crate::calendar::{Date, Offset, Span};
use crate::error::family_errors;
use crate::place::Place;
use crate::rules::location::{Key, Location};

/// How serious a [`Finding`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth a look, but it may be intended.
    Warning,
    /// It cannot be intended: such a pack must not be signed.
    Error,
}

family_errors! {
    /// What a review finds, and where.
    Finding {
        /// Operands of kinds that never match.
        TypeMismatch { /// where
            at: Location, /// the part of the condition
            part: String, /// what is wrong
            problem: String } = "pack-type", "{at}: in `{part}`, {problem}";
        /// A word that the fact never has.
        UnknownWord { /// where
            at: Location, /// the fact
            fact: String, /// the word
            word: String, /// the words that there are
            known: String } = "pack-unknown-word", "{at}: `{fact}` is never `{word}`; it can be {known}";
        /// A comparison or condition that is never true.
        NeverHolds { /// where
            at: Location, /// the part of the condition
            part: String, /// why
            because: String } = "pack-never-holds", "{at}: `{part}` is never true{because}";
        /// A comparison or condition that is always true.
        AlwaysHolds { /// where
            at: Location, /// the part of the condition
            part: String, /// why
            because: String } = "pack-always-holds", "{at}: `{part}` is always true{because}";
        /// An operation that fails if a fact is missing, which turns people grey.
        MeetsNull { /// where
            at: Location, /// the fact
            fact: String, /// what is true where it is known
            guard: String } = "pack-meets-null", "{at}: if `{fact}` is unknown this fails and the person turns grey; begin with `{guard} and …`";
        /// A number or a list as a condition, where 0 or nothing in it counts as what is unknown does.
        ZeroIsFalse { /// where
            at: Location, /// the fact
            fact: String, /// what counts as false
            value: &'static str, /// what to write
            instead: String } = "pack-zero-is-false", "{at}: where `{fact}` is {value}, it counts as false here; {instead}";
        /// A number with a unit beside a fact that is counted in another.
        OtherUnit { /// where
            at: Location, /// the number as it is written
            written: String, /// what it stands for
            number: String, /// the fact
            fact: String, /// what the fact is counted in
            counted: String } = "pack-unit", "{at}: `{written}` stands for {number}, but `{fact}` is counted in {counted}";
        /// A threshold that no score reaches.
        UnreachableThreshold { /// where
            at: Location, /// how many points it asks for
            at_least: u16, /// how many there can be
            most: u16 } = "pack-unreachable-threshold", "{at}: it needs {at_least} points, but all bands together give at most {most}";
        /// A step that never counts.
        UnreachableStep { /// where
            at: Location, /// the number of the step, from 1
            step: usize, /// why
            because: &'static str } = "pack-unreachable-step", "{at}: step {step} never counts: {because}";
        /// Something that nothing reads.
        Unused { /// where
            at: Location, /// what could read it
            by: &'static str } = "pack-unused", "{at}: no {by} uses it";
        /// A text in the wrong language.
        Language { /// where
            at: Location, /// the text
            text: String, /// the language
            language: String } = "pack-language", "{at}: `{text}` is not in {language}";
        /// A text that people would not understand.
        MachineText { /// where
            at: Location, /// the text
            text: String } = "pack-machine-text", "{at}: `{text}` is not a sentence for people";
        /// A way back that leads nowhere.
        NoWayBack { /// where
            at: Location } = "pack-no-way-back", "{at}: the way back only repeats the reason; say what leads back to green, and when";
        /// A pack that is never valid.
        NeverValid { /// when it would begin
            from: String, /// when it would end
            until: String } = "pack-never-valid", "the pack: it ends at {until}, not after its start at {from}";
        /// Emergency rules that are valid for too long.
        LongEmergency { /// for how long
            lasts: Span } = "pack-long-emergency", "the pack: emergency rules may be valid for at most 7 d, not {lasts}";
        /// Something that no test case shows to act, or not to act.
        Untested { /// where
            at: Location, /// what it does in no case
            does: &'static str } = "pack-untested", "{at}: no case in which it {does}";
        /// No test case says what the pack should decide.
        NoCases = "pack-no-cases", "the pack: it has no test case; a [[case]] gives facts and what the rules should decide";
        /// A place code that no edition of the codes has.
        UnknownPlace { /// where
            at: Location, /// the code
            place: Place } = "pack-unknown-place", "{at}: there is no place {place}, and there never was";
        /// A place code that was not in force any more when the pack begins.
        LapsedPlace { /// where
            at: Location, /// the code
            place: Place, /// when it was last in force
            until: Date, /// what is there instead
            became: String } = "pack-lapsed-place", "{at}: place {place} was last in force on {until}{became}";
        /// A question that takes wider places than the data of the pack's cases lists, where no case says what comes of that.
        CoarseQuestion { /// where
            at: Location, /// how many digits it asks for at least
            digits: u8, /// a place that the data lists
            listed: Place, /// the case with that data
            case: String, /// what a case would expect
            cause: &'static str } = "pack-coarse-question", "{at}: a place of {digits} digits is enough, but case “{case}” lists {listed}, which is finer; add a case with `{cause}` for somebody who cannot say whether it was there";
        /// Rules or thresholds that restrict people and name no ground.
        NoGround { /// the first of them
            at: Location, /// how many there are
            count: usize, /// their ids
            ids: String } = "pack-no-ground", "{at}: no ground says why it may restrict people, and when it stops by itself; {count} in all: {ids}";
        /// A ground that is never in force while the pack is.
        IdleGround { /// where
            at: Location } = "pack-idle-ground", "{at}: it is never in force while the pack is";
        /// A ground that says otherwise of the same document than another one.
        GroundConflict { /// where
            at: Location, /// the other one's id
            other: String, /// what is not the same
            what: &'static str } = "pack-ground-conflict", "{at}: `{other}` has the same title at the same time, and another {what}";
        /// A ground that only rules can name.
        GroundId { /// where
            at: Location } = "pack-ground-id", "{at}: officers cannot restrict anybody on it, because a certificate has room for 18 characters of a-z, 0-9 and -";
        /// What has ended.
        Ended { /// where
            at: Location, /// when it ended
            until: String } = "pack-ended", "{at}: it ended at {until}";
        /// A name in a case that nothing in the pack has.
        CaseName { /// where
            at: Location, /// what kind of thing was looked for
            what: String, /// the name
            name: String } = "pack-case-name", "{at}: there is no {what} `{name}`";
        /// A report of a case that comes after the case's moment.
        CaseLate { /// where
            at: Location, /// the case's moment
            now: String } = "pack-case-late", "{at}: the report is later than the case's `now`, {now}";
        /// A sign in half the width among Chinese characters, or a space around a number.
        Punctuation { /// where
            at: Location, /// what is written
            written: String, /// what Chinese writes
            instead: String } = "pack-punctuation", "{at}: `{written}` is written `{instead}` in Chinese";
        /// A character that is not among the simplified ones.
        Traditional { /// where
            at: Location, /// the character
            character: char } = "pack-traditional", "{at}: `{character}` is none of the simplified characters in common use (GB 2312)";
        /// An option that says that nothing applies, and can be chosen with what does.
        Together { /// where
            at: Location } = "pack-not-alone", "{at}: it seems to say that nothing applies, and can be chosen together with the others";
        /// A "not sure" of which no rule says what it does.
        Unsure { /// where
            at: Location } = "pack-unsure", "{at}: no rule names this option, so that whoever chooses it stays undecided by what reads the answer";
        /// What asks or counts by an answer, and does not say what it does with a "not sure".
        UnsureUnnamed { /// where
            at: Location, /// the question
            question: String, /// the option
            option: String } = "pack-unsure-unnamed", "{at}: it reads `{question}` and does not name `{option}`, so that what nobody knows counts as known";
        /// A number in a text that nothing decides by.
        OtherNumber { /// where
            at: Location, /// what the text says
            said: String, /// what decides
            condition: String } = "pack-other-number", "{at}: the text says {said}, {condition}";
        /// A course that counts from the answer to a question that is not asked where the rule applies.
        SinceNever { /// where
            at: Location, /// the question
            question: String } = "pack-since-never", "{at}: `{question}` is never asked where the condition is true";
        /// Midnight by the wrong clock.
        UtcMidnight { /// where
            at: Location, /// what the clocks of the pack show then
            local: String } = "pack-utc-midnight", "{at}: this is midnight in UTC, and {local} by the pack's own clock";
        /// A time in which the pack is in force and none of its rules acts.
        NothingActs { /// from when on
            from: String, /// until when
            until: String } = "pack-nothing-acts", "the pack: no rule acts from {from} until {until}, as no ground is in force, and whoever has reported is green";
        /// A time in which the pack is in force and some of its rules do not act.
        Rest { /// where
            at: Location, /// from when on
            from: String, /// until when
            until: String, /// which rules and thresholds
            ids: String } = "pack-rules-rest", "{at}: from {from} until {until} nothing that names it acts: {ids}";
        /// A time too short for anybody to keep.
        TooShort { /// where
            at: Location, /// how long it is
            lasts: Span } = "pack-too-short", "{at}: {lasts} is less than an hour";
        /// A clock that is not that of the region.
        OtherClock { /// its offset when the pack begins
            offset: Offset } = "pack-other-clock", "the pack: days begin at the offset {offset}, but clocks in its region show +08:00";
        /// Two rules with one condition.
        SameCondition { /// where
            at: Location, /// the other rule
            other: String, /// what the two give
            colours: String } = "pack-same-condition", "{at}: rule {other} has the same condition: whoever meets it gets {colours}, and reads both texts";
        /// A threshold that another one always outdoes.
        Outdone { /// where
            at: Location, /// the other threshold
            other: String, /// from how many points on
            at_least: u16, /// its colour
            colour: String } = "pack-threshold-outdone", "{at}: it never decides: threshold {other} gives {colour} from {at_least} points on";
        /// A course whose colour gets worse.
        Worsens { /// where
            at: Location, /// the colour before
            before: String, /// the colour then
            after: String } = "pack-course-worsens", "{at}: it gets worse by itself, from {before} to {after}";
        /// A course that counts from an answer which may be missing.
        SinceLeftOut { /// where
            at: Location, /// the question
            question: String } = "pack-since-left-out", "{at}: where `{question}` is not answered the course counts from the report, and begins anew with each one";
        /// Nearly nobody would be green.
        NobodyGreen { /// the first of them
            at: Location, /// the rules
            rules: String, /// how many are green
            green: usize, /// of how many
            of: usize } = "pack-nobody-green", "{at}: of {of} people made up who report every day and are mostly well, {green} are green: {rules}";
        /// An answer in a case that its question refuses.
        CaseAnswer { /// where
            at: Location, /// the question
            question: String, /// why
            because: String } = "pack-case-answer", "{at}: no phone takes this answer to `{question}`: {because}";
        /// A version that is no version.
        NoVersion = "pack-version", "the pack: versions begin with 1";
        /// Reports that are forgotten before they get too old.
        ReportOutlivesWindow { /// how old a report may be
            within: Span, /// how far back facts are read
            window: Span } = "pack-report-outlives-window", "the pack: a report may be {within} old, but facts are read only {window} back";
    }
}

impl Finding {
    /// How serious it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::AlwaysHolds { because, .. } if because.is_empty() => Severity::Warning,
            // What another pack asks is ignored, and a case may show that.
            Self::CaseName { what, .. } if what == "question" => Severity::Warning,
            // With a report that is too old at once, everybody is grey.
            Self::TooShort { at, .. } if matches!(at.keys(), [Key::Name("course"), ..]) => Severity::Warning,
            Self::Untested { .. }
            | Self::MeetsNull { .. }
            | Self::ZeroIsFalse { .. }
            | Self::Unused { .. }
            | Self::LapsedPlace { .. }
            | Self::CoarseQuestion { .. }
            | Self::NoGround { .. }
            | Self::GroundId { .. }
            | Self::Ended { .. }
            | Self::Punctuation { .. }
            | Self::Traditional { .. }
            | Self::Together { .. }
            | Self::Unsure { .. }
            | Self::OtherNumber { .. }
            | Self::UtcMidnight { .. }
            | Self::Rest { .. }
            | Self::OtherClock { .. }
            | Self::SameCondition { .. }
            | Self::Outdone { .. }
            | Self::Worsens { .. }
            | Self::SinceLeftOut { .. }
            | Self::NobodyGreen { .. }
            | Self::CaseAnswer { .. }
            | Self::ReportOutlivesWindow { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// Where in the pack it is.
    #[must_use]
    pub fn location(&self) -> Location {
        let head = |key: &'static str| Location::new("the pack", ["pack".into(), key.into()]);
        match self {
            Self::NoCases => head("id"),
            Self::NeverValid { .. } | Self::LongEmergency { .. } | Self::NothingActs { .. } => head("valid-until"),
            Self::NoVersion => head("version"),
            Self::OtherClock { .. } => head("utc-offset"),
            Self::ReportOutlivesWindow { .. } => head("report-within"),
            Self::TypeMismatch { at, .. }
            | Self::UnknownWord { at, .. }
            | Self::NeverHolds { at, .. }
            | Self::AlwaysHolds { at, .. }
            | Self::MeetsNull { at, .. }
            | Self::ZeroIsFalse { at, .. }
            | Self::OtherUnit { at, .. }
            | Self::Untested { at, .. }
            | Self::UnknownPlace { at, .. }
            | Self::LapsedPlace { at, .. }
            | Self::CoarseQuestion { at, .. }
            | Self::NoGround { at, .. }
            | Self::IdleGround { at }
            | Self::GroundId { at }
            | Self::GroundConflict { at, .. }
            | Self::Rest { at, .. }
            | Self::TooShort { at, .. }
            | Self::SameCondition { at, .. }
            | Self::Outdone { at, .. }
            | Self::Worsens { at, .. }
            | Self::SinceLeftOut { at, .. }
            | Self::NobodyGreen { at, .. }
            | Self::CaseAnswer { at, .. }
            | Self::Ended { at, .. }
            | Self::CaseName { at, .. }
            | Self::CaseLate { at, .. }
            | Self::Punctuation { at, .. }
            | Self::Traditional { at, .. }
            | Self::Together { at }
            | Self::Unsure { at }
            | Self::UnsureUnnamed { at, .. }
            | Self::OtherNumber { at, .. }
            | Self::SinceNever { at, .. }
            | Self::UtcMidnight { at, .. }
            | Self::UnreachableThreshold { at, .. }
            | Self::UnreachableStep { at, .. }
            | Self::Unused { at, .. }
            | Self::Language { at, .. }
            | Self::MachineText { at, .. }
            | Self::NoWayBack { at } => at.clone(),
        }
    }
}
