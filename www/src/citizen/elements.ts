// The package's elements: loaded once somebody has begun, since the first thing to be seen is a form of the page's own.
import "healthcode/components/code";
import "healthcode/components/diary";
import "healthcode/components/family";
import "healthcode/components/itinerary";
import "healthcode/components/questionnaire";
import "healthcode/components/reasons";
import "healthcode/components/report";

export { connect, phoneShown, prefer, renew } from "healthcode/components/code";
export { codeView } from "./code/view.ts";
