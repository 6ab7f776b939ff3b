// Calls what an app has given to be called.

// Not every host has one.
declare const console: { error(...told: unknown[]): void } | undefined;

/** Calls an app's function once the present task is done. What it throws stops nothing, ends no process and is logged. */
export function tell<T>(hear: (news: T) => void, news: T): void {
  void Promise.resolve(news)
    .then(hear)
    .catch((thrown: unknown) => {
      if (typeof console === "object") console.error("healthcode: the app's own function threw:", thrown);
    });
}
