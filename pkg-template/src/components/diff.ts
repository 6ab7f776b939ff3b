// What has changed in a view's data: mini-programs are sent only that.
type Json = unknown;

const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The changes that turn one piece of data into another with `setData`: values by path, such as `questions[2].fault`. A
 * list whose length changes is sent as a whole.
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
