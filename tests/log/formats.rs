//! The texts: what is written is read again, and the examples of C2SP are read.

use cddl_cat::cbor::validate_cbor;
use cddl_cat::context::BasicContext;
use cddl_cat::flatten::flatten_from_str;
use healthcode::calendar::Date;
use healthcode::cbor::{from_bytes, to_bytes};
use healthcode::log::leaf::Restricted;
use healthcode::log::{Leaf, LogProof, LoggedDay, LoggedFile, SignedNote, TreeHead};
use healthcode::place::Place;
use healthcode::purpose::Purpose;
use healthcode::trust::{Digest, Kind};

use crate::{grown, leaf, leaf_bytes, now, proof};

/// The example of C2SP tlog-cosignature; whose keys these are, it does not say.
const EXAMPLE: &str = "\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
";

#[test]
fn the_example_of_c2sp_is_read() {
    let note = SignedNote::parse(EXAMPLE).unwrap();
    assert_eq!(note.to_string(), EXAMPLE);
    let head = TreeHead::of(&note).unwrap();
    assert_eq!((head.origin.as_str(), head.size), ("example.com/behind-the-sofa", 20_852_163));
    let [log, witness] = &note.signatures[..] else { panic!("{note}") };
    assert_eq!((log.bytes.len(), witness.bytes.len()), (64, 72));
    // The time that C2SP gives in its text.
    assert_eq!(witness.bytes[..8], 1_679_315_147u64.to_be_bytes());
}

#[test]
fn a_text_of_several_paragraphs_ends_at_the_last_empty_line() {
    let note = SignedNote::parse("tutto\n\nil resto\n\n\u{2014} a AAAAAAE=\n").unwrap();
    assert_eq!(note.text(), "tutto\n\nil resto\n");
    assert!(TreeHead::of(&note).is_err());
}

#[test]
fn proofs_are_written_as_they_are_read() {
    let mut tree = grown(&[300], leaf_bytes);
    for index in [0, 7, 255, 299] {
        let proof = proof(&mut tree, index, &["one"]);
        let text = proof.to_string();
        assert!(text.starts_with(&format!("c2sp.org/tlog-proof@v1\nindex {index}\n")));
        assert_eq!(LogProof::parse(&text), Ok(proof.clone()));
        let more = text.replace("@v1\n", "@v1\nextra AAE=\n");
        assert_eq!(LogProof::parse(&more), Ok(proof));
    }
    // The only leaf has no path.
    let mut one = grown(&[1], leaf_bytes);
    let only = proof(&mut one, 0, &[]);
    assert!(only.path.is_empty());
    assert_eq!(LogProof::parse(&only.to_string()), Ok(only));
}

#[test]
fn a_proof_is_short() {
    // An hourly manifest for 15 years; a log and three witnesses, of whom two must have cosigned.
    let mut tree = grown(&[1 << 17], |index| index.to_be_bytes().to_vec());
    let bytes = proof(&mut tree, 99_999, &["witness.example/1", "witness.example/2"]).to_string().len();
    println!("a proof of {} leaves has {bytes} bytes", tree.size());
    assert!(bytes <= 1_500, "{bytes}");
}

/// Whether an entry is what docs/log.md says.
fn is_described(leaf: &Leaf) -> bool {
    let document = include_str!("../../docs/log.md");
    let block = document.split_once("\n```cddl\n").unwrap().1.split_once("\n```").unwrap().0;
    let rules = BasicContext::new(flatten_from_str(block).unwrap());
    let value = ciborium::from_reader(to_bytes(leaf).as_slice()).unwrap();
    validate_cbor(&rules.rules["entry"], &value, &rules).is_ok()
}

#[test]
fn leaves_have_one_encoding() {
    let file = LoggedFile {
        kind: Kind::RulePack,
        place: Some(Place::parse("33").unwrap()),
        id: "zhejiang".into(),
        purpose: None,
        version: 3,
        issued: now(),
        length: 1_234,
        digest: Digest::of(b"file"),
    };
    let of = |file: LoggedFile| from_bytes::<Leaf>(&to_bytes(&Leaf::File(file)));
    assert_eq!(of(file.clone()), Some(Leaf::File(file.clone())));
    let purposeful = LoggedFile { purpose: Purpose::parse("school"), place: None, ..file.clone() };
    assert!(purposeful.purpose.is_some());
    assert_eq!(of(purposeful.clone()), Some(Leaf::File(purposeful.clone())));
    let counts = vec![Restricted { place: Place::parse("JP").unwrap(), ground: "arrival".into(), count: 3 }];
    let day = LoggedDay {
        date: Date::parse("2022-06-13").unwrap(),
        root: file.digest,
        counts,
        further: None,
        endorsed: None,
    };
    assert!(
        [Leaf::File(file.clone()), Leaf::File(purposeful), Leaf::Day(day.clone()), leaf(7)].iter().all(is_described)
    );
    let twice = Leaf::Day(LoggedDay { counts: [day.counts.as_slice(), &day.counts].concat(), ..day });
    assert_eq!(from_bytes::<Leaf>(&to_bytes(&twice)), None);
    assert!(of(LoggedFile { kind: Kind::Manifest, id: String::new(), ..file.clone() }).is_some());
    // Nobody's own files are logged.
    for kind in [Kind::Record, Kind::DayCertificate, Kind::CertificateRequest, Kind::Code, Kind::VenueCode] {
        assert_eq!(of(LoggedFile { kind, id: String::new(), ..file.clone() }), None);
    }
    assert_eq!(of(LoggedFile { id: String::new(), ..file.clone() }), None);
    assert_eq!(of(LoggedFile { length: 0, ..file.clone() }), None);
    assert_eq!(from_bytes::<Leaf>(&to_bytes(&leaf(7))), Some(leaf(7)));
    for bytes in [&b""[..], &[0xa0], &[0xa1, 0x02, 0xa0]] {
        assert_eq!(from_bytes::<Leaf>(bytes), None);
    }
}
