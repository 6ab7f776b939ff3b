// The demonstration; not in an app of your own.
require("./demo");

App({});
