/** The names of places, as `PlaceTable` reads them: a file of its own, in each host's package as large as the host needs. */
declare module "#places" {
  const lines: string;
  export default lines;
}
