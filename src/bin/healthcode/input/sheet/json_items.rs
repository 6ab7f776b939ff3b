//! JSON: a list of objects whose members are the columns, or what the State Council's service answers, with a list for each
//! level and in it the areas of each county.

use serde_json::{Map, Value};

use super::{At, Cell, Room, SHEET_COLUMNS, SHEET_ROWS, Sheet, SheetRow};
use crate::failure::{CliError, Failure};
use crate::input::json::parse_json;

/// The lists of the service's answer, and the level of what stands in each.
const LISTS: [(&str, &str); 3] = [("highlist", "high"), ("middlelist", "medium"), ("lowlist", "low")];

pub(super) fn read(text: &str, room: &mut Room) -> Result<Sheet, Failure> {
    let items = match parse_json::<Value>(text)? {
        Value::Array(items) => items,
        Value::Object(members) => members_of(members)?,
        _ => return Err(CliError::JsonItems.into()),
    };
    if items.len() >= SHEET_ROWS {
        return Err(CliError::SheetTooLarge { rows: SHEET_ROWS }.into());
    }
    let mut names: Vec<String> = Vec::new();
    let mut rows = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        let at = At::Item(u64::try_from(index).unwrap_or(u64::MAX).saturating_add(1));
        let Value::Object(members) = item else { return Err(CliError::JsonItem { at: at.to_string() }.into()) };
        let mut cells = Vec::new();
        for (name, value) in members {
            let column = names.iter().position(|known| *known == name).unwrap_or(names.len());
            if column == names.len() {
                names.push(name);
            }
            if column >= SHEET_COLUMNS {
                return Err(CliError::JsonItem { at: at.to_string() }.into());
            }
            room.put(&mut cells, column, cell_of(value, at)?)?;
        }
        rows.push(SheetRow { at, cells });
    }
    rows.retain(|row| !row.is_blank());
    // No item names the columns.
    let header = SheetRow { at: At::Item(0), cells: names.into_iter().map(Cell::Text).collect() };
    rows.insert(0, header);
    Ok(Sheet { rows, notes: Vec::new() })
}

fn cell_of(value: Value, at: At) -> Result<Cell, CliError> {
    match value {
        Value::Null => Ok(Cell::Empty),
        Value::String(text) => Ok(Cell::Text(text)),
        Value::Number(number) => Ok(number.as_f64().map_or(Cell::Empty, Cell::Number)),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(CliError::JsonItem { at: at.to_string() }),
    }
}

/// The areas of an answer of the service, one item each, or the only list that an object has.
fn members_of(mut members: Map<String, Value>) -> Result<Vec<Value>, CliError> {
    match members.remove("data") {
        Some(Value::Object(data)) => members = data,
        Some(data) => _ = members.insert("data".to_owned(), data),
        None => {}
    }
    if !LISTS.iter().any(|(list, _)| members.contains_key(*list)) {
        let mut lists = members.into_iter().filter_map(|(_, value)| match value {
            Value::Array(items) => Some(items),
            _ => None,
        });
        return lists.next().filter(|_| lists.next().is_none()).ok_or(CliError::JsonItems);
    }
    let mut items = Vec::new();
    for (list, level) in LISTS {
        let areas = match members.remove(list) {
            None | Some(Value::Null) => continue,
            Some(Value::Array(areas)) => areas,
            Some(_) => return Err(CliError::JsonItems),
        };
        for area in areas {
            let Value::Object(area) = area else { return Err(CliError::JsonItems) };
            let member = |name: &str| area.get(name).cloned().unwrap_or_default();
            let Value::Array(communities) = member("communitys") else { return Err(CliError::JsonItems) };
            for community in communities {
                let named = [
                    ("province", member("province")),
                    ("city", member("city")),
                    ("county", member("county")),
                    ("area", community),
                    ("level", Value::from(level)),
                ];
                items.push(Value::Object(named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()));
            }
        }
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<Vec<String>> {
        read(text, &mut Room::of_a_file())
            .unwrap()
            .rows
            .iter()
            .map(|row| row.cells.iter().map(Cell::text).collect())
            .collect()
    }

    #[test]
    fn members_are_columns() {
        let table = texts(r#"[{"area": "西湖区", "level": "high"}, {"level": "low", "place": 330106, "to": null}]"#);
        assert_eq!(table[1..], [vec!["西湖区", "high"], vec!["", "low", "330106", ""]]);
        assert_eq!(table[0], ["area", "level", "place", "to"]);
        for list in ["rows", "data"] {
            assert_eq!(texts(&format!(r#"{{"count": 1, "{list}": [{{"area": "西湖区"}}]}}"#))[1], ["西湖区"]);
        }
        for text in [
            "7",
            "[7]",
            "{\"a\": 7}",
            "[{\"area\": [1]}]",
            "{\"a\": [], \"b\": []}",
            "{\"data\": [], \"b\": []}",
            "[{]",
            // Of three lists, one that cannot be read is not left out.
            "{\"data\": {\"highlist\": {}, \"middlelist\": [], \"lowlist\": []}}",
            "{\"highlist\": \"\", \"lowlist\": []}",
        ] {
            assert!(read(text, &mut Room::of_a_file()).is_err(), "{text}");
        }
    }

    #[test]
    fn the_areas_of_a_county_are_rows_of_their_own() {
        let text = r#"{"data": {"end_update_time": "2022-12-02 16时", "hcount": 2,
            "highlist": [{"type": "2", "province": "浙江省", "city": "杭州市", "county": "西湖区", "area_name": "浙江省 杭州市 西湖区",
                          "communitys": ["文新街道骆家庄社区", "古荡街道"]}],
            "middlelist": [],
            "lowlist": [{"province": "北京市", "city": "北京市", "county": "朝阳区", "communitys": ["望京街道"]}]}}"#;
        let table = texts(text);
        let columns = ["area", "city", "county", "level", "province"];
        let of = |row: &Vec<String>| {
            columns.map(|name| row[table[0].iter().position(|column| column == name).unwrap()].clone())
        };
        assert_eq!(of(&table[1]), ["文新街道骆家庄社区", "杭州市", "西湖区", "high", "浙江省"]);
        assert_eq!(of(&table[2]), ["古荡街道", "杭州市", "西湖区", "high", "浙江省"]);
        assert_eq!(of(&table[3]), ["望京街道", "北京市", "朝阳区", "low", "北京市"]);
    }
}
