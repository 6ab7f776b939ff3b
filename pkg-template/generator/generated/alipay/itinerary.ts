import { register } from "../../src/components/alipay.js";
import { ItineraryView } from "../../src/view/itinerary.js";
register(ItineraryView, ["retry"]);
