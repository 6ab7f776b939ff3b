//! What a row is about: by its names, by the code that stands in it, and by what somebody has decided where these are not
//! certain.

use healthcode::calendar::Date;
use healthcode::place::Place;

use super::decisions::{ALL, Decision, Decisions, Question};
use super::gazetteer::Gazetteer;
use super::outcome::{COMMUNITY, Found, begins_as_formula};

/// What finds places.
pub(super) struct Finder<'f> {
    pub(super) gazetteer: &'f Gazetteer<'f>,
    pub(super) decisions: &'f Decisions,
    /// Whether rows are about compounds, where they name them.
    pub(super) compounds: bool,
}

impl Finder<'_> {
    /// What a row means on a day. Only where it is not certain by itself does it matter what was decided; what was decided may
    /// itself be not certain, and be decided.
    pub(super) fn find(&self, name: &str, chain: &[String], stated: Option<Place>, day: Date) -> Found {
        let mut found = self.by_itself(chain, stated, day);
        let mut asked = Vec::new();
        while let Some(candidates) = found.candidates() {
            let question = Question::new(name, stated, candidates.to_vec());
            if asked.contains(&question) {
                break;
            }
            let Some(decision) = self.decisions.of(&question) else { break };
            found = self.decided(decision, chain, day);
            asked.push(question);
        }
        found
    }

    fn by_itself(&self, chain: &[String], stated: Option<Place>, day: Date) -> Found {
        let Some(code) = stated else {
            return match self.gazetteer.named(chain, day) {
                Found::Sure { place, label } => self.within(place, Some(label)),
                other => other,
            };
        };
        let coded = self.gazetteer.coded(code, day);
        if chain.is_empty() || !matches!(coded, Found::Sure { .. }) {
            return coded;
        }
        // A row that says a code and a name means one place by both.
        let named = match self.gazetteer.named(chain, day) {
            Found::Sure { place, label } if place == code => return self.within(code, Some(label)),
            Found::Sure { place, .. } => vec![place],
            Found::Open { candidates, .. } if candidates.iter().any(|near| related(*near, code)) => Vec::new(),
            Found::Open { candidates, .. } => candidates,
            Found::Unknown { .. } => {
                let begun = self.gazetteer.begun(chain, day);
                if begun.iter().any(|near| related(*near, code)) { Vec::new() } else { begun }
            }
        };
        if named.is_empty() {
            return self.within(code, self.gazetteer.rest(chain, code, day));
        }
        let candidates = [vec![code], named].concat();
        Found::Open { candidates, why: "the code and the name mean two places".to_owned() }
    }

    fn decided(&self, decision: &Decision, chain: &[String], day: Date) -> Found {
        match (self.gazetteer.coded(decision.place, day), decision.compound.as_str()) {
            (Found::Sure { place, .. }, "") => self.within(place, self.gazetteer.rest(chain, place, day)),
            (Found::Sure { place, .. }, ALL) => Found::Sure { place, label: String::new() },
            (Found::Sure { place, .. }, compound) => Found::Sure { place, label: compound.to_owned() },
            (other, _) => other,
        }
    }

    /// A place, and what of the name is finer than a community, if that is known.
    fn within(&self, place: Place, rest: Option<String>) -> Found {
        const DECIDE: &str = "write the name of one into `compound`, or * for the whole community";
        let open = |why: String| Found::Open { candidates: vec![place], why };
        match rest.filter(|_| place.length() == COMMUNITY) {
            Some(rest) if begins_as_formula(&rest) => open(format!("`{rest}` begins as a formula does")),
            Some(rest) if self.compounds && !rest.is_empty() && !names_one_compound(&rest) => {
                open(format!("`{rest}` may be no compound, or several: {DECIDE}"))
            }
            Some(label) => Found::Sure { place, label },
            None if self.compounds && place.length() == COMMUNITY => {
                open(format!("of which compound in it the row is, is not known: {DECIDE}"))
            }
            None => Found::Sure { place, label: String::new() },
        }
    }
}

/// Whether one of two places contains the other.
fn related(one: Place, other: Place) -> bool {
    one.contains(other) || other.contains(one)
}

/// Whether what follows a community's name can be the name of one compound in it, and not all of them, several, or what is
/// around one.
fn names_one_compound(rest: &str) -> bool {
    const BEGINNINGS: &[&str] = &["全", "整个", "各", "其他", "其它", "其余", "所有", "部分", "(", "（", "[", "【"];
    const ENDINGS: &[&str] = &["外", "等", "内", "以东", "以西", "以南", "以北"];
    const ANYWHERE: &[&str] = &[
        "除", "以外", "之外", "周边", "周围", "附近", "一带", "沿线", "范围", "区域", "以及", "及", "至", "、", ",",
        "，", ";", "；", "~", "～", "/",
    ];
    !BEGINNINGS.iter().any(|words| rest.starts_with(words))
        && !ENDINGS.iter().any(|words| rest.ends_with(words))
        && !ANYWHERE.iter().any(|words| rest.contains(words))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use healthcode::authoring::divisions::Divisions;

    use super::*;

    const BELOW: &str = "code,name,from,until\n330106109,文新街道办事处,,\n330106109001,骆家庄社区居委会,,\n\
        330106109002,湖畔花园社区居委会,,\n330106110,古荡街道,,\n330106110001,湖畔花园社区居委会,,\n";

    fn place(code: &str) -> Place {
        Place::parse(code).unwrap()
    }

    /// What a name and a code mean, and what has been decided: of which name and code, with which candidates, for what.
    fn found(
        (name, code): (&str, &str),
        on: &str,
        compounds: bool,
        decided: &[(&str, &str, &[&str], &str, &str)],
    ) -> Found {
        let divisions = Divisions::known().with(BELOW).unwrap();
        let optional = |code: &str| (!code.is_empty()).then(|| place(code));
        let decisions = decided.iter().map(|(name, code, candidates, place_code, compound)| {
            let candidates = candidates.iter().map(|code| place(code)).collect();
            let decision = Decision { place: place(place_code), compound: (*compound).to_owned() };
            (Question::new(name, optional(code), candidates), decision)
        });
        let decisions = Decisions::of_all(decisions.collect::<BTreeMap<_, _>>());
        let finder = Finder { gazetteer: &Gazetteer::new(&divisions), decisions: &decisions, compounds };
        let chain: Vec<String> = [name].into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect();
        finder.find(name, &chain, optional(code), Date::parse(on).unwrap())
    }

    fn sure(code: &str, label: &str) -> Found {
        Found::Sure { place: place(code), label: label.to_owned() }
    }

    fn open(codes: &[&str], found: &Found) -> bool {
        let codes: Vec<_> = codes.iter().map(|code| place(code)).collect();
        matches!(found, Found::Open { candidates, .. } if *candidates == codes)
    }

    #[test]
    fn a_decision_is_about_what_was_not_certain() {
        let two: &[&str] = &["330106", "360103"];
        let decided =
            [("西湖区", "", two, "330106", ""), ("浙江省杭州市江干区", "", &["330102", "330114"], "330102", "")];
        let of = |row, on| found(row, on, false, &decided);
        assert_eq!(of(("西湖区", ""), "2022-12-02"), sure("330106", ""));
        // A code that stands in the row says more than what was decided of rows that have none.
        assert_eq!(of(("西湖区", "360103"), "2022-12-02"), sure("360103", ""));
        assert!(open(&["110105", "330106", "360103"], &of(("西湖区", "110105"), "2022-12-02")));
        // In its time the name was sure.
        assert_eq!(of(("浙江省杭州市江干区", ""), "2022-12-02"), sure("330102", ""));
        assert_eq!(of(("浙江省杭州市江干区", ""), "2020-02-02"), sure("330104", ""));
        // What was decided may itself be another place by then, which is to be decided as well.
        let older = ("不在图上", "", &[][..], "330104", "");
        let of = |decided: &[_], on| found(("不在图上", ""), on, false, decided);
        assert_eq!(of(&[older], "2020-02-02"), sure("330104", ""));
        assert!(open(&["330102", "330114"], &of(&[older], "2022-12-02")));
        let newer = ("不在图上", "", &["330102", "330114"][..], "330114", "");
        assert_eq!(of(&[older, newer], "2022-12-02"), sure("330114", ""));
        assert!(matches!(of(&[("不在图上", "", &[], "330199", "")], "2022-12-02"), Found::Unknown { .. }));
    }

    #[test]
    fn a_code_and_a_name_that_are_two_places_are_not_sure() {
        let of = |name, code| found((name, code), "2022-12-02", false, &[]);
        assert!(open(&["110105", "330106"], &of("浙江省杭州市西湖区某某小区", "110105")));
        assert!(open(&["110105", "33"], &of("浙江省某某小区", "110105")));
        assert!(open(&["330106", "330102", "330114"], &of("浙江省杭州市江干区", "330106")));
        let Found::Open { candidates, why } = of("鼓楼区", "110105") else { panic!("two places") };
        assert_eq!((candidates[0], why.as_str()), (place("110105"), "the code and the name mean two places"));
        assert!(candidates.contains(&place("320106")));
        // It says where in the name's place it is, or which of those of that name, or what became of it, or the name says nothing.
        assert_eq!(of("浙江省杭州市西湖区某某小区", "330106109"), sure("330106109", ""));
        assert_eq!(of("鼓楼区", "320106"), sure("320106", ""));
        assert_eq!(of("浙江省杭州市江干区", "330102"), sure("330102", ""));
        assert_eq!(of("某某小区", "330106"), sure("330106", ""));
        assert_eq!(of("", "330106"), sure("330106", ""));
    }

    #[test]
    fn a_row_about_a_compound_names_it_or_is_to_be_decided() {
        let of = |row, decided: &[(&str, &str, &[&str], &str, &str)]| found(row, "2022-12-02", true, decided);
        let whole = "330106109001";
        assert_eq!(of(("西湖区骆家庄社区3幢", ""), &[]), sure(whole, "3幢"));
        assert_eq!(of(("西湖区骆家庄社区", ""), &[]), sure(whole, ""));
        assert_eq!(of(("", whole), &[]), sure(whole, ""));
        // Nobody can tell from these what in the community is meant.
        let candidates: &[&str] = &[whole];
        for row in
            [("西湖区骆家庄社区全域", ""), ("西湖区骆家庄社区除3幢外", ""), ("西湖区骆家庄3幢", whole), ("3幢", whole)]
        {
            assert!(open(&[whole], &of(row, &[])), "{row:?}");
            for (compound, label) in [("*", ""), ("3幢", "3幢")] {
                let decided = [(row.0, row.1, candidates, whole, compound)];
                assert_eq!(of(row, &decided), sure(whole, label), "{row:?}");
            }
            // To decide the place alone decides nothing.
            let place_alone = [(row.0, row.1, candidates, whole, "")];
            assert!(open(&[whole], &of(row, &place_alone)), "{row:?}");
            // Without compounds, all of the community is meant.
            assert!(matches!(found(row, "2022-12-02", false, &[]), Found::Sure { .. }), "{row:?}");
        }
        // Which of two communities it is was the question; what in it is said.
        let two: &[&str] = &["330106109002", "330106110001"];
        for (name, label) in [("西湖区湖畔花园社区", ""), ("西湖区湖畔花园社区2幢", "2幢")] {
            assert!(open(two, &of((name, ""), &[])));
            assert_eq!(of((name, ""), &[(name, "", two, two[1], "")]), sure(two[1], label));
            assert_eq!(of((name, two[0]), &[]), sure(two[0], label));
        }
        // A label is written into a cell of its own.
        for compounds in [false, true] {
            let found = found(("西湖区骆家庄社区=1+1", ""), "2022-12-02", compounds, &[]);
            assert!(open(&[whole], &found), "{found:?}");
        }
    }

    #[test]
    fn what_may_be_no_compound_or_several_is_no_label() {
        for rest in ["3幢", "3幢2单元", "和平花园", "某某小区东区(3-2-501)", "23号"] {
            assert!(names_one_compound(rest), "{rest}");
        }
        for rest in [
            "全域",
            "除3幢外",
            "（除3幢外）",
            "3幢、4幢",
            "3幢至5幢",
            "3幢及周边",
            "3幢等",
            "其余区域",
            "整个社区",
            "3幢/4幢",
        ] {
            assert!(!names_one_compound(rest), "{rest}");
        }
    }
}
