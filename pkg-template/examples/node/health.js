// The whole way without a screen: certificate, questionnaire, code, and what a checkpoint says to it.
import { HealthcodeError, memoryStorage, openPhone, Qr } from "healthcode";
import { openCheckpoint, verdictText } from "healthcode/checkpoint";

/** Goes it with the given server, roots and adaptors. */
export async function goTheWay(given) {
  const options = { ...given, adaptors: { storage: memoryStorage(), ...given.adaptors } };

  const phone = await openPhone(options);
  for (const { code, message } of await phone.refresh()) console.warn(code, message);
  await phone.enrol("测试员", "330106190001010000");

  // The answers of somebody who is well and was nowhere.
  const answers = {
    residence: "resident",
    home: "330106",
    temperature: 36.5,
    symptoms: ["none"],
    household_ill: false,
    contact: false,
    been_away: false,
  };
  const report = await phone.report(answers);
  if (report.result === "rejected") throw new HealthcodeError(report.faults[0]);

  const shown = await phone.show();
  if (shown.result === "unavailable") throw new HealthcodeError(shown.problem);
  const symbol = new Qr(shown.code.text);
  console.log(`${shown.code.colour}, QR version ${symbol.version}: ${shown.code.text}`);
  symbol.free();

  const checkpoint = await openCheckpoint(options);
  for (const { code, message } of await checkpoint.refresh()) console.warn(code, message);
  const verdict = checkpoint.verify(shown.code.text);
  console.log(verdictText(verdict, "en"));
  // `accepted` says that the code is genuine, and a red code may be: who is let in is decided by its colour and the document.
  if (verdict.verdict === "accepted")
    console.log(`${verdict.verdict}, ${verdict.colour}, ${verdict.name} ${verdict.digits}`);
}
