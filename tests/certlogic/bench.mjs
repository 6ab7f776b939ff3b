// Times certlogic-js on the rules and facts of benches/expression.rs: the median time of all 30 rules.

import { readFileSync } from "node:fs";
import certlogic from "certlogic-js";

const { rules, data } = JSON.parse(readFileSync(new URL("../../benches/expression.json", import.meta.url), "utf8"));
const TIMES = 100;

const turn = () => {
    const start = process.hrtime.bigint();
    for (let time = 0; time < TIMES; time += 1) {
        for (const { logic } of rules) {
            certlogic.evaluate(logic, data);
        }
    }
    return Number(process.hrtime.bigint() - start) / 1e3 / TIMES;
};

const times = Array.from({ length: 120 }, turn).slice(20).sort((a, b) => a - b);
console.log(`certlogic-js ${certlogic.implementationVersion}, 30 rules: ${times[times.length >> 1].toFixed(1)} µs`);
