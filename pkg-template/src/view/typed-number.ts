// A number as people type it.

/**
 * Typed text as a number, with the punctuation and the names of degrees Celsius that people type: `37,5`, `37度5`, `37度半`,
 * `36.5摄氏度`. Other text stays as it is, and the crate reports it.
 */
export function numberOf(typed: string): number | string | undefined {
  const plain = typed
    .normalize("NFKC")
    .trim()
    .replace(/[,。·]/g, ".")
    .replace(/^摄氏/, "")
    .replace(/^(-?\d+)\s*[度点]\s*(\d+)(?=度?$)/, "$1.$2")
    .replace(/^(-?\d+)\s*度半$/, "$1.5")
    .replace(/\s*(°C?|摄氏度?|度|C)$/i, "");
  if (plain === "") return undefined;
  return /^-?\d{1,9}(\.\d{0,3})?$/.test(plain) ? Number(plain) : typed;
}
