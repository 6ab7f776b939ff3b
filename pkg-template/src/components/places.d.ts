/** The names of places, as `PlaceTable` reads them, in a separate file that is only as large as each host needs. */
declare module "#places" {
  const lines: string;
  export default lines;
}
