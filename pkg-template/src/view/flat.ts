/** The items of several lists in a row: old hosts know no `flatMap`. */
export const flat = <T>(lists: T[][]): T[] => ([] as T[]).concat(...lists);
