/**
 * Everything that the signed vectors make of a package, as JSON: every answer, text, drawing and stored byte. It is a
 * plain ES5 script, so that any host can run it; the test then compares what came of it.
 */
function transcript(healthcode, vectors) {
  function bytes(hex) {
    var all = new Uint8Array(hex.length / 2);
    for (var i = 0; i < all.length; i += 1) all[i] = parseInt(hex.substr(2 * i, 2), 16);
    return all;
  }
  function hex(all) {
    var text = "";
    for (var i = 0; i < all.length; i += 1) text += (all[i] < 16 ? "0" : "") + all[i].toString(16);
    return text;
  }
  function code(act) {
    try {
      act();
    } catch (thrown) {
      return thrown instanceof Error ? String(thrown.code) : "no Error";
    }
    return null;
  }
  function forecast(holder, now, here) {
    var made;
    while (made === undefined) made = holder.forecastInSlices(now, here);
    return made;
  }
  var now;
  var out = { files: [], codes: [], states: [], people: [] };

  vectors.files.cases.forEach(function (one) {
    var holder;
    var refused = code(function () {
      holder = new healthcode.Holder(one.roots || vectors.files.roots);
    });
    if (refused !== null) {
      out.files.push([one.name, refused]);
      return;
    }
    holder.createKey(bytes(vectors.files.random));
    now = Date.parse(vectors.files.at);
    one.before.forEach(function (name) {
      var loaded = holder.load(bytes(vectors.files.files[name]), now);
      if (loaded.result !== "loaded") throw new Error(one.name + ": " + name);
      // As soon as a phone has rules, it asks for a certificate.
      if (name === "rule-pack") holder.certificateRequest(vectors.files.identity, bytes(vectors.files.day), now);
    });
    var result = holder.load(bytes(one.file), Date.parse(one.now));
    out.files.push([one.name, result.problem ? result.problem.code : null]);
    holder.free();
  });

  var checkpoint = new healthcode.Verifier(vectors.codes.roots);
  checkpoint.load(bytes(vectors.codes.trust_list), Date.parse(vectors.codes.at));
  checkpoint.load(bytes(vectors.codes.manifest), Date.parse(vectors.codes.at));
  vectors.codes.cases.forEach(function (one) {
    var verdict = checkpoint.verify(
      one.text,
      Date.parse(one.now),
      typeof one.challenge === "string" ? bytes(one.challenge) : undefined,
      one.clock_off,
    );
    out.codes.push([one.name, verdict.verdict, verdict.stage || null, verdict.code || null, verdict.colour || null]);
  });
  checkpoint.free();

  vectors.states.cases.forEach(function (one) {
    var holder;
    var refused = code(function () {
      holder = healthcode.Holder.restore(vectors.states.roots, bytes(one.saved), Date.parse(one.now));
    });
    if (refused !== null) {
      out.states.push([one.name, refused, null, null]);
      return;
    }
    var files = holder.files().map(function (file) {
      return [file.kind, file.problem || "in-use"];
    });
    // The form, and so the checksum over it, is that of today.
    out.states.push([one.name, null, files, hex(holder.save()).slice(2, -16) === one.saved.slice(2, -16)]);
    holder.free();
  });

  var journey = vectors.journey;
  now = Date.parse(journey.now);
  var phone = new healthcode.Holder(journey.roots);
  phone.createKey(bytes(journey.random));
  ["trust_list", "manifest", "rules", "risk"].forEach(function (name) {
    phone.load(bytes(journey[name]), now);
  });
  out.request = hex(
    phone.certificateRequest(healthcode.maskIdentity(journey.name, journey.number), bytes(journey.day), now),
  );
  phone.load(bytes(journey.certificate), now);
  var saved = phone.save();
  journey.people.forEach(function (person) {
    var holder = healthcode.Holder.restore(journey.roots, saved, now);
    person.reports.forEach(function (report) {
      holder.submit(report.answers, Date.parse(report.at));
    });
    person.diary.forEach(function (visit) {
      holder.addVisit(visit, now);
    });
    var shown = holder.show(now, person.here, bytes(journey.challenge));
    var qr = new healthcode.Qr(shown.code.text);
    var verifier = new healthcode.Verifier(journey.roots);
    verifier.load(bytes(journey.trust_list), now);
    verifier.load(bytes(journey.manifest), now);
    out.people.push({
      name: person.name,
      assessment: holder.assess(now, person.here),
      forecast: forecast(holder, now, person.here),
      text: shown.code.text,
      version: qr.version,
      modules: hex(qr.modules()),
      svg: qr.svg(person.name),
      saved: hex(holder.save()),
      verdict: verifier.verify(shown.code.text, now, bytes(journey.challenge)),
    });
    qr.free();
    verifier.free();
    holder.free();
  });
  return JSON.stringify(out);
}
