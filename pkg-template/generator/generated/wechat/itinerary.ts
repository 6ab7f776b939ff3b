import { register } from "../../src/components/wechat.js";
import { ItineraryView } from "../../src/view/itinerary.js";
register(ItineraryView, ["retry"]);
