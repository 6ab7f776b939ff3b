//! What officers may ask before they act: what is there about somebody, and what a proposal would come to.

use std::collections::{BTreeMap, BTreeSet};

use healthcode::calendar::Time;
use healthcode::colour::Colour;
use healthcode::place::Place;
use serde_json::{Value, json};

use super::desk::{DOCUMENTS, Refused};
use super::office::Office;
use crate::acts::act::ActError;
use crate::acts::id::{Id, Person};
use crate::acts::officers::Officer;
use crate::acts::rows::{self, Row};
use crate::store::{About, Entry};

impl Office {
    /// What was confirmed, and is proposed, about people in districts that are this officer's. Whoever looks somebody up is in the
    /// journal, which does not say whom.
    pub(super) async fn find(&self, text: &str, officer: &Officer, body: &[u8], now: Time) -> Result<Value, Refused> {
        let persons: Vec<Person> = serde_json::from_slice(body).map_err(|_| ActError::Malformed)?;
        if !(1..=DOCUMENTS).contains(&persons.len()) {
            return Err(Refused::Documents);
        }
        self.store.step(now, &officer.name, text).await?.done().await?;
        let about = self.own(officer, &persons).await?;
        let entry = |about: &About| {
            let mut entry = json!(about);
            if let Some(fields) = entry.as_object_mut() {
                fields.insert("acts".to_owned(), about.acts(now).into());
            }
            entry
        };
        let open = self.store.open_about(&persons, None).await?;
        Ok(json!({ "entries": about.iter().map(entry).collect::<Vec<_>>(), "open": open }))
    }

    async fn own(&self, officer: &Officer, persons: &[Person]) -> Result<Vec<About>, Refused> {
        let mut about = self.store.about(persons).await?;
        about.retain(|about| Place::parse(&about.district).is_ok_and(|district| officer.may(district)));
        Ok(about)
    }

    /// What else is there about the people of a proposal, and which colour the rules make of it.
    pub(super) async fn standing(&self, officer: &Officer, id: &Id, now: Time) -> Result<Value, Refused> {
        let proposal = self.store.proposal(id).await?.ok_or(Refused::Nothing)?;
        let rows = rows::read(proposal.body.as_bytes())?;
        let persons: Vec<Person> = rows.iter().map(|row| row.person.clone()).collect();
        let mut about = self.own(officer, &persons).await?;
        about.retain(|about| {
            about.acts(now) && about.proposal != *id && Some(&about.entry) != proposal.corrects.as_ref()
        });
        let people: BTreeSet<&Person> = about.iter().map(|about| &about.person).collect();
        let open = self.store.open_about(&persons, Some(id)).await?;
        let colours = self.colours(&rows, officer, now)?;
        let caps = self.caps(&rows, now).await?;
        Ok(json!({ "entries": about.len(), "people": people.len(), "open": open, "colours": colours, "caps": caps }))
    }

    /// The colour of each kind of row when it acts: of the one that began last.
    fn colours(&self, rows: &[Row], officer: &Officer, now: Time) -> Result<Vec<Value>, Refused> {
        let published = self.published().map_err(Refused::Issuer)?;
        let mut last = BTreeMap::new();
        for row in rows {
            let kind = last.entry((&row.ground, row.district, row.status)).or_insert(row);
            if kind.since < row.since {
                *kind = row;
            }
        }
        let colour = |((ground, district, status), row): ((&String, Place, _), &Row)| {
            let entry = Entry { status, since: row.since, until: row.until, ground: ground.clone() };
            let asked = || self.asking.floor(&[entry], &published.rules, officer.key, now.max(row.since));
            let (colour, _): (Colour, _) = tokio::task::block_in_place(asked).map_err(Refused::Issuer)?;
            Ok(json!({ "ground": ground, "district": district, "status": status, "colour": colour }))
        };
        last.into_iter().map(colour).collect()
    }

    /// The grounds that the rules in force list, which officers may name.
    pub(super) fn grounds(&self) -> Vec<Value> {
        let Ok(published) = self.published() else { return Vec::new() };
        let mut listed = Vec::new();
        for pack in published.rules.iter().map(|rules| rules.body()) {
            for ground in pack.grounds.iter().flatten() {
                listed.push(json!({
                    "id": ground.id, "title": ground.title, "url": ground.url, "from": ground.from, "until": ground.until,
                    "region": pack.region, "cap": ground.cap,
                }));
            }
        }
        listed
    }
}
