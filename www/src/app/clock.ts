/** The clock of all pages: the device's or, in the demo, the server's. */
export const clock = {
  /** Milliseconds between this device's clock and the one in use. */
  offset: 0,
  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + clock.offset;
  },
  /** Milliseconds that pass whatever the device's clock is set to. */
  steady: (): number => performance.now(),
};
