// Reads a property that an object itself has, never one that it inherits.
const { hasOwnProperty: has } = Object.prototype;

/**
 * The value that an object itself has under a name from outside. Looked up as usual, `constructor` or `toString` would
 * find what every object inherits.
 */
export function own<T>(object: { readonly [name: string]: T }, name: string): T | undefined {
  return has.call(object, name) ? object[name] : undefined;
}
