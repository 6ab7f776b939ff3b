//! Tests, vaccinations and exemptions: an officer's list is in the record that a phone gets with its certificate.
#![cfg(unix)]

use healthcode::code::CertificateAnswer;
use healthcode::code::certificate::Identity;
use healthcode::facts::{Record, TestResult};
use healthcode::trust::{PublicKey, Roots, Trust};

use crate::issuer::{Authority, GREEN, LI, Phone, ZHANG, hours, now, on_postgres, secret};
use crate::server::Server;

/// An issuer that gives records.
fn with_records(test: &str, database: &str) -> Authority {
    let authority = Authority::new(test, database);
    let settings = String::from_utf8(authority.desk.read("issuer.toml")).unwrap();
    let own = "mailboxes = { folder = \"mailboxes\", bits = 3, seconds = 60 }\nrecords = \"records.key\"\n";
    authority.desk.write("issuer.toml", settings.replacen("[[officers]]", &format!("{own}[[officers]]"), 1));
    authority
}

/// The record that comes with the next certificate.
fn record(authority: &Authority, server: &Server, phone: &mut Phone, seed: u8, (name, number): (&str, &str)) -> Record {
    // Each record is newer than the one before, by the second.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let roots = Roots { keys: vec![PublicKey::parse(&authority.root).unwrap()], signers: 1 };
    let trust = Trust::open(&server.get("/trust-list", &[]).body, &roots, now()).unwrap();
    let identity = Identity::mask(name, number).unwrap();
    let request = phone.holder.certificate_request(identity, secret(seed, 1).seed(), now()).unwrap();
    let reply = server.post("/certificates", &request);
    let answer = CertificateAnswer::open(&reply.body, &trust).unwrap();
    let file = trust.open_file::<Record>(&answer.record.unwrap().0, now()).unwrap();
    // The phone takes it.
    phone.holder.load(&reply.body, now()).unwrap();
    file.at(now(), healthcode::calendar::Span::ZERO).unwrap().clone()
}

fn noted(authority: &Authority) {
    let desk = &authority.desk;
    let server = authority.start();
    let (mut phone, mut other) = (authority.phone(&server, 1), authority.phone(&server, 2));
    assert_eq!((phone.look(&server, ZHANG), other.look(&server, LI)), (GREEN, GREEN));
    let (taken, until) = (now().minus(hours(2)), now().plus(hours(240)));
    let tests = |result: &str| {
        format!(
            "姓名,证件号码,区划代码,检测项目,采样时间,检测结果,检测机构\n{},{},330106,nucleic-acid,{taken},{result},杭州市实验室\n",
            ZHANG.0, ZHANG.1
        )
    };
    desk.write("tests.csv", tests("阴性"));
    assert_eq!(authority.does(&server, "first", "note tests tests.csv"), "noted tests: 1");
    let of = format!("{},{},330106", ZHANG.0, ZHANG.1);
    desk.write(
        "doses.csv",
        format!("name;number;district;product;doses;last\n{};corona-vac;2;2026-01-02\n", of.replace(',', ";")),
    );
    authority.does(&server, "first", "note vaccinations doses.csv");
    desk.write(
        "exempt.csv",
        format!("name,number,district,exempt,until\n{of},driver,{until}\n{of},guest,2020-01-01\n"),
    );
    authority.does(&server, "second", "note exemptions exempt.csv");

    let known = record(authority, &server, &mut phone, 61, ZHANG);
    let test = &known.tests.as_ref().unwrap()[0];
    assert_eq!((test.kind.as_str(), test.taken, test.result), ("nucleic-acid", taken, TestResult::Negative));
    assert_eq!(test.by.as_deref(), Some("杭州市实验室"));
    let given = known.vaccinations.as_ref().unwrap();
    assert_eq!((given.len(), given[0].product.as_str(), given[0].doses), (1, "corona-vac", 2));
    let exempt = known.exemptions.as_ref().unwrap();
    assert_eq!(
        (exempt.len(), exempt[0].name.as_str(), exempt[0].until),
        (1, "driver", until),
        "what has ended is not said"
    );
    assert!(!known.restricts());
    // Of nobody else anything is said.
    let none = record(authority, &server, &mut other, 62, LI);
    assert_eq!(
        (none.tests.unwrap().len(), none.vaccinations.unwrap().len(), none.exemptions.unwrap().len()),
        (0, 0, 0)
    );

    // What restricts is not noted, nor what is of elsewhere, nor by whoever is no officer; the same again is the same, and is taken back.
    desk.write("positive.csv", tests("阳性"));
    let refused = authority.officer(&server, "first", "note tests positive.csv");
    assert!(refused.exit == 2 && refused.err.contains("line 2, column result: expected negative"), "{}", refused.err);
    assert!(!refused.err.contains(ZHANG.1));
    authority.refused(&server, "elsewhere", "note tests tests.csv", "rows-district");
    authority.refused(&server, "stranger", "note tests tests.csv", "act-unknown-officer");
    authority.does(&server, "first", "note tests tests.csv");
    assert_eq!(authority.does(&server, "second", "note tests tests.csv --forget"), "forgotten tests: 1");
    let after = record(authority, &server, &mut phone, 63, ZHANG);
    assert_eq!((after.tests.unwrap().len(), after.vaccinations.unwrap().len()), (0, 1));
    let journal = authority.does(&server, "first", "journal --lines");
    assert!(journal.contains("noted vaccinations") && journal.contains("forgot tests"), "{journal}");
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn what_is_noted_comes_with_the_certificate() {
    noted(&with_records("notes", "issuer.db"));
}

#[test]
fn the_same_holds_of_notes_on_postgresql() {
    let Some(url) = on_postgres("notes") else { return };
    noted(&with_records("notes-postgres", &url));
}

#[test]
fn a_key_that_the_trust_list_does_not_name_for_records_is_refused() {
    let authority = with_records("notes-key", "issuer.db");
    let settings = String::from_utf8(authority.desk.read("issuer.toml")).unwrap();
    authority.desk.write("issuer.toml", settings.replace("records.key", "people.key"));
    let run = authority.desk.run("issuer --init");
    assert!(run.exit != 0 && run.err.contains("error[cli-setting]") && run.err.contains("for records"), "{}", run.err);
}
