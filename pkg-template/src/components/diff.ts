type Json = unknown;

const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * What `setData` needs to make one piece of data into another: values by path, as `questions[2].fault`. A list that
 * changes its length is sent whole.
 */
export function changes(before: Record<string, Json>, after: Record<string, Json>): Record<string, Json> {
  const found: Record<string, Json> = {};
  const look = (path: string, a: Json, b: Json): void => {
    if (a === b) return;
    if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
      b.forEach((item, at) => look(`${path}[${at}]`, a[at], item));
    } else if (isObject(a) && isObject(b) && Object.keys(a).every((key) => key in b)) {
      for (const key of Object.keys(b)) look(`${path}.${key}`, a[key], b[key]);
    } else {
      found[path] = b;
    }
  };
  for (const key of Object.keys(after)) look(key, before[key], after[key]);
  return found;
}
