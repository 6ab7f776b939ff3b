//! Which column of a table says what, by the names that offices give them.

use crate::failure::CliError;
use crate::input::sheet::{Sheet, plain};

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A division code.
    Place,
    /// A part of the name: province, prefecture, county, township, community, in this order.
    Division(u8),
    /// A name of any level, or an address.
    Name,
    Level,
    From,
    To,
}

/// The names of columns, without what stands in brackets, spaces and case.
const NAMES: [(Role, &[&str]); 10] = [
    (Role::Place, &["place", "code", "代码", "编码", "区划代码", "行政区划代码", "地区代码", "统计用区划代码"]),
    (Role::Division(0), &["province", "省", "省份", "省级"]),
    (Role::Division(1), &["city", "prefecture", "市", "地市", "城市", "地级市", "市级", "市州", "地市州"]),
    (
        Role::Division(2),
        &["county", "district", "县", "区", "区县", "县区", "县级", "县市区", "区县市", "区/县", "县/区"],
    ),
    (
        Role::Division(3),
        &[
            "township",
            "street",
            "town",
            "街道",
            "乡镇",
            "镇",
            "镇街",
            "街镇",
            "乡镇街道",
            "街道乡镇",
            "街道/乡镇",
            "乡镇/街道",
        ],
    ),
    (
        Role::Division(4),
        &["community", "village", "社区", "村", "村居", "居委会", "社区村", "村社区", "村/社区", "社区/村"],
    ),
    (
        Role::Name,
        &[
            "name",
            "area",
            "area_name",
            "address",
            "地区",
            "区域",
            "风险区",
            "风险区域",
            "风险地区",
            "名称",
            "地点",
            "地址",
            "详细地址",
            "具体地址",
            "小区",
            "范围",
            "具体范围",
            "区域范围",
            "风险区名称",
            "风险区范围",
        ],
    ),
    (Role::Level, &["level", "risk", "等级", "级别", "风险等级", "风险级别"]),
    (
        Role::From,
        &[
            "from",
            "since",
            "start",
            "begin",
            "起",
            "开始",
            "开始时间",
            "开始日期",
            "起始时间",
            "起始日期",
            "划定时间",
            "划定日期",
            "生效时间",
        ],
    ),
    (
        Role::To,
        &[
            "to",
            "until",
            "end",
            "止",
            "结束",
            "结束时间",
            "结束日期",
            "解除时间",
            "解除日期",
            "截止时间",
            "截止日期",
            "终止时间",
            "终止日期",
        ],
    ),
];

/// Of the columns for the end, those in which a day begins what is at no risk any more. In the others, it may as well be the
/// last day at risk.
const LIFTED: [&str; 3] = ["to", "解除时间", "解除日期"];

/// What says what, and in which row that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    roles: Vec<(usize, Role)>,
    /// The row that names the columns; the table follows it.
    pub(super) header: usize,
    /// Whether the column for the end leaves open if the day that it names counts.
    pub(super) day_may_count: bool,
}

/// Rows before the one that names the columns: a title, who issued it, and when.
const TITLE_ROWS: usize = 10;

impl Columns {
    /// The columns of a table, if any row near its beginning names where something is.
    ///
    /// # Errors
    /// If two columns say the same.
    pub(super) fn of(sheet: &Sheet) -> Result<Option<Self>, CliError> {
        for (header, row) in sheet.rows.iter().enumerate().take(TITLE_ROWS) {
            let texts = row.cells.iter().enumerate().map(|(column, cell)| (column, cell.text()));
            let roles: Vec<_> = texts.filter_map(|(column, text)| Some((column, role(&text)?))).collect();
            let says_where = |(_, role): &&(usize, Role)| matches!(role, Role::Place | Role::Division(_) | Role::Name);
            if roles.iter().find(says_where).is_none() {
                continue;
            }
            for (index, (column, role)) in roles.iter().enumerate() {
                let before = roles.get(..index).unwrap_or_default();
                if *role != Role::Name && before.iter().any(|(_, other)| other == role) {
                    return Err(CliError::SheetColumnTwice {
                        at: row.at.to_string(),
                        column: row.cell(*column).text(),
                    });
                }
            }
            let end =
                roles.iter().find(|(_, role)| *role == Role::To).map(|(column, _)| plain(&row.cell(*column).text()));
            let day_may_count = end.is_some_and(|name| !LIFTED.contains(&name.as_str()));
            return Ok(Some(Self { roles, header, day_may_count }));
        }
        Ok(None)
    }

    /// How many columns are known.
    pub(super) const fn len(&self) -> usize {
        self.roles.len()
    }

    /// The column that says this.
    pub(super) fn of_role(&self, wanted: Role) -> Option<usize> {
        self.roles.iter().find(|(_, role)| *role == wanted).map(|(column, _)| *column)
    }

    /// The columns that together name a place, the widest first.
    pub(super) fn naming(&self) -> Vec<usize> {
        let divisions = (0..5).filter_map(|level| self.of_role(Role::Division(level)));
        let names = self.roles.iter().filter(|(_, role)| *role == Role::Name).map(|(column, _)| *column);
        divisions.chain(names).collect()
    }
}

/// What a column of that name says.
fn role(name: &str) -> Option<Role> {
    let name = plain(name);
    NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(role, _)| *role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::sheet::{At, Cell, SheetRow};

    fn sheet(rows: &[&[&str]]) -> Sheet {
        let row = |(index, texts): (usize, &&[&str])| SheetRow {
            at: At::Row(u64::try_from(index + 1).unwrap()),
            cells: texts.iter().map(|text| Cell::Text((*text).to_owned())).collect(),
        };
        Sheet { rows: rows.iter().enumerate().map(row).collect(), notes: Vec::new() }
    }

    #[test]
    fn columns_are_found_below_a_title_by_what_offices_call_them() {
        let table = sheet(&[
            &["全国高风险区一览表"],
            &["2022年12月2日"],
            &[
                "序号",
                "省（区、市）",
                "地市",
                "县（市、区）",
                "乡镇（街道）",
                "详细地址",
                "风险等级",
                "划定 时间",
                "解除时间",
            ],
        ]);
        let columns = Columns::of(&table).unwrap().unwrap();
        assert_eq!((columns.header, columns.naming(), columns.len()), (2, vec![1, 2, 3, 4, 5], 8));
        assert_eq!(columns.of_role(Role::Level), Some(6));
        assert_eq!((columns.of_role(Role::From), columns.of_role(Role::To)), (Some(7), Some(8)));
        assert_eq!(Columns::of(&sheet(&[&["a", "b"], &["level", "from"]])).unwrap(), None);
        for (name, may_count) in
            [("解除时间", false), ("to", false), ("截止 日期", true), ("Until", true), ("x", false)]
        {
            let columns = Columns::of(&sheet(&[&["地区", name]])).unwrap().unwrap();
            assert_eq!(columns.day_may_count, may_count, "{name}");
        }
    }

    #[test]
    fn what_is_said_twice_is_refused() {
        let said = Columns::of(&sheet(&[&["省", "省份"]])).unwrap_err().to_string();
        assert_eq!(said, "row 1: the column `省份` says the same as one before it");
        let columns = Columns::of(&sheet(&[&["地址", "地区", "Place"]])).unwrap().unwrap();
        assert_eq!((columns.naming(), columns.of_role(Role::Place)), (vec![0, 1], Some(2)));
    }
}
