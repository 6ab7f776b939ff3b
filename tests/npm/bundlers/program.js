// What an app does, in one function: a phone that asks its questions and a checkpoint that verifies, on the signed vectors.
import { engine, init, memoryStorage, openPhone, problemText } from "healthcode/inline";
import { engine as engineOfDesk, init as initDesk, openCheckpoint } from "healthcode/inline/checkpoint";

export async function run({ roots, now, files, answers, text }, starts = {}) {
  await Promise.all([init(starts.phone), initDesk(starts.checkpoint)]);
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (two) => Number.parseInt(two, 16));
  const network = {
    ask: async ({ url }) =>
      files[url] === undefined ? { status: 404, body: new Uint8Array(0) } : { status: 200, body: bytes(files[url]) },
  };
  const options = () => ({ roots, adaptors: { storage: memoryStorage(), network, clock: { now: () => now } } });
  const phone = await openPhone(options());
  const problems = await phone.refresh();
  const report = await phone.report(answers);
  const { colour } = phone.assess();
  const desk = await openCheckpoint(options());
  problems.push(...(await desk.refresh()));
  const { verdict } = desk.verify(text);
  const sentence = problemText({ code: "engine-missing" }, "en");
  for (const one of [phone, desk]) one.close();
  return { engines: [engine(), engineOfDesk()], problems, report: report.result, colour, verdict, sentence };
}
