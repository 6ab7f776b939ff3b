//! What is in signed things, in JSON and in lines for people.

use healthcode::cbor::{Bytes, from_bytes};
use healthcode::code::certificate::{CertificateRequest, DayCertificate};
use healthcode::code::claims::Code;
use healthcode::facts::Record;
use healthcode::mailbox::{ENTRY_BYTES, Mailbox};
use healthcode::risk::RiskTable;
use healthcode::rules::pack::{Lane, Pack};
use healthcode::trust::{Kind, Manifest, Named, TrustList, TrustedKey, Unverified};
use healthcode::venue::{ExposureList, VenueCode};
use serde_json::{Value, json};

use crate::format::{grouped, local, rows};
use crate::trust_review::asked;

/// What a kind's content looks like.
pub(super) trait Show {
    /// All of it.
    fn json(&self) -> Option<Value>;
    /// What a person wants to know first.
    fn summary(&self) -> Vec<String>;
}

impl Show for TrustList {
    fn json(&self) -> Option<Value> {
        serde_json::to_value(self).ok()
    }

    fn summary(&self) -> Vec<String> {
        let names = |kinds: &[Kind]| kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
        let key = |entry: &TrustedKey| {
            let place = entry.place.map(|place| format!(" for place {place}")).unwrap_or_default();
            let TrustedKey { key, signer, kinds, from, until, .. } = entry;
            format!(
                "key {} of {signer}: {}{place}, from {} until {}",
                key.id(),
                names(kinds),
                local(*from),
                local(*until)
            )
        };
        let roots: Vec<String> = self.roots.keys.iter().map(|root| root.id().to_string()).collect();
        let signers = self.roots.signers;
        let own =
            format!("roots {}: {signers} of these {} must sign this list and the next", roots.join(", "), roots.len());
        let needed = self.needed.iter().map(|needed| format!("a {} needs {} signers", needed.kind, needed.signers));
        let log = self.log.iter().map(asked);
        core::iter::once(own).chain(needed).chain(log).chain(self.keys.iter().map(key)).collect()
    }
}

impl Show for Pack {
    fn json(&self) -> Option<Value> {
        serde_json::to_value(self).ok()
    }

    fn summary(&self) -> Vec<String> {
        let of = match self.purpose {
            Some(purpose) => format!("for the purpose {purpose}"),
            None => "for the everyday code".to_owned(),
        };
        vec![
            format!("{} ({})", self.title.en, self.title.zh_hans),
            format!("id {}, {of} of place {}", self.id, self.region),
            format!("issued by {} ({})", self.issuer.en, self.issuer.zh_hans),
            match self.lane {
                Lane::Scheduled => format!("takes over in place {} at {}", self.region, local(self.valid_from)),
                Lane::Emergency => format!(
                    "emergency: takes precedence in place {} from {} until it expires, then the others apply again",
                    self.region,
                    local(self.valid_from)
                ),
            },
            format!("{} questions, {} bands, {} rules", self.questions.len(), self.bands.len(), self.rules.len()),
        ]
    }
}

impl Show for RiskTable {
    fn json(&self) -> Option<Value> {
        Some(json!({ "rows": self.rows().collect::<Vec<_>>() }))
    }

    fn summary(&self) -> Vec<String> {
        vec![format!("{}, which `healthcode risk show` prints", rows(self.len()))]
    }
}

impl Show for ExposureList {
    fn json(&self) -> Option<Value> {
        let tags = self.tags().map(|(tag, level)| json!({ "tag": tag.to_string(), "level": level }));
        Some(json!({ "tags": tags.collect::<Vec<_>>() }))
    }

    fn summary(&self) -> Vec<String> {
        vec![match self.len() {
            0 => "no quarter of an hour at any venue".into(),
            1 => "a quarter of an hour at one venue, which only who was there can tell".into(),
            tags => format!("{} quarters of an hour at venues, which only who was there can tell", grouped(tags)),
        }]
    }
}

impl Show for VenueCode {
    fn json(&self) -> Option<Value> {
        Some(json!({ "place": self.place, "name": self.name, "seed": self.seed }))
    }

    fn summary(&self) -> Vec<String> {
        vec![format!("the code of {}, in place {}", self.name, self.place)]
    }
}

impl Show for Mailbox {
    fn json(&self) -> Option<Value> {
        let Self { issued, place, bits, number, entries, .. } = self;
        let entries = entries.len() / ENTRY_BYTES;
        Some(json!({ "issued": issued, "place": place, "bits": bits, "number": number, "entries": entries }))
    }

    fn summary(&self) -> Vec<String> {
        let entries = grouped(self.entries.len() / ENTRY_BYTES);
        vec![
            format!("mailbox {} of {}, place {}", self.number, grouped(1 << self.bits), self.place),
            format!(
                "written {}: {entries} entries, of which only their persons' phones can tell which say anything",
                local(self.issued)
            ),
        ]
    }
}

impl Show for Manifest {
    fn json(&self) -> Option<Value> {
        serde_json::to_value(self).ok()
    }

    fn summary(&self) -> Vec<String> {
        let file = |named: &Named| {
            let place = named.place.map(|place| format!(" for place {place}")).unwrap_or_default();
            let id = if named.id.is_empty() { String::new() } else { format!(" {}", named.id) };
            format!("{}{id} version {}{place}: {} bytes, {}", named.kind, named.version, named.length, named.digest)
        };
        self.files.iter().map(file).collect()
    }
}

impl Show for Record {
    fn json(&self) -> Option<Value> {
        serde_json::to_value(self).ok()
    }

    fn summary(&self) -> Vec<String> {
        vec![format!("about the person whose phone has key {}; --json prints it", self.key.id())]
    }
}

impl Show for DayCertificate {
    fn json(&self) -> Option<Value> {
        let Self { key, place, floor, ground, identity, issued, number, .. } = self;
        Some(json!({
            "key": key,
            "place": place,
            "floor": floor,
            "ground": ground,
            "identity": identity,
            "issued": issued,
            "expires": self.expires(),
            "number": number,
        }))
    }

    fn summary(&self) -> Vec<String> {
        vec![
            format!("for the phone with key {}, place {}, floor {}", self.key.id(), self.place, self.floor),
            format!("from {} until {}; --json prints for whom", local(self.issued), local(self.expires())),
        ]
    }
}

impl Show for CertificateRequest {
    fn json(&self) -> Option<Value> {
        let Self { key, enrolment, place, identity, at } = self;
        Some(json!({ "key": key, "enrolment": enrolment, "place": place, "identity": identity, "at": at }))
    }

    fn summary(&self) -> Vec<String> {
        vec![format!(
            "for key {} by the phone with enrolment key {}, place {}, made at {}; --json prints for whom",
            self.key.id(),
            self.enrolment.id(),
            self.place,
            local(self.at)
        )]
    }
}

impl Show for Code {
    fn json(&self) -> Option<Value> {
        let certificate = certificate_in(self).and_then(|certificate| certificate.json());
        Some(json!({
            "colour": self.colour,
            "issued": self.issued,
            "expires": self.expires(),
            "rules": self.rules,
            "risk": self.risk,
            "challenge": self.challenge.as_ref().map(|Bytes(bytes)| base16ct::lower::encode_string(bytes)),
            "certificate": certificate,
        }))
    }

    fn summary(&self) -> Vec<String> {
        let risk = self.risk.map(|hash| format!(" and risk data {hash}")).unwrap_or_default();
        vec![
            format!(
                "{}, from {} until {}, by rules {}{risk}",
                self.colour,
                local(self.issued),
                local(self.expires()),
                self.rules
            ),
            "`healthcode verify` says whether it is genuine".to_owned(),
        ]
    }
}

/// The certificate that a code carries, whoever signed it.
pub(super) fn certificate_in(code: &Code) -> Option<DayCertificate> {
    let envelope = Unverified::parse(&code.certificate.0).ok()?;
    from_bytes(envelope.payload())
}
