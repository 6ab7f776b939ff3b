/** The clock of all pages: this device's, moved to the server's in the demonstration. */
export const clock = {
  /** Milliseconds between this device's clock and the one in use. */
  offset: 0,
  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + clock.offset;
  },
};
