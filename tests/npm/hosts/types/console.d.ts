// Alipay has it; its types do not.
declare const console: {
  log(...told: unknown[]): void;
  warn(...told: unknown[]): void;
  error(...told: unknown[]): void;
};
