/**
 * What the package asks of a host. Each interface is small, so that an integrator can put something else in its place:
 * `openPhone({ adaptors: { network: mine } })`. What is left out is the host's own.
 *
 * Whatever an adaptor throws should be an `Error` with one of the codes in its description; anything else is passed on
 * as it is, or as `package-fault` with its message.
 */

/** Secure random bytes. */
export interface Random {
  /** That many bytes from a secure source. Throws `random-missing`; never anything predictable. */
  bytes(length: number): Promise<Uint8Array>;
}

/** The clock. */
export interface Clock {
  /** Milliseconds since 1970, as `Date.now()`. */
  now(): number;
}

/**
 * Named texts that only this app on this device can read. One `set` is atomic: afterwards there is the old value or the
 * new one. The package cuts what it stores into pieces, keeps two copies and checks them, so nothing more is asked.
 */
export interface Storage {
  /** How many characters one value may have. */
  readonly most: number;
  /** How many characters all values together may have. */
  readonly total: number;
  /** The value, if there is one. Throws `storage-unavailable`. */
  get(key: string): Promise<string | undefined>;
  /** Throws `storage-full` or `storage-unavailable`; the old value is then still there. */
  set(key: string, value: string): Promise<void>;
  /** Removes the value, if there is one. Throws `storage-unavailable`. */
  remove(key: string): Promise<void>;
  /** All keys. Throws `storage-unavailable`. */
  keys(): Promise<string[]>;
  /** Acts while no other page of this app does. Without it, the package only keeps its own calls apart. */
  alone?<T>(act: () => Promise<T>): Promise<T>;
  /** Tells the other pages of this app that something was changed: each calls what its `hear` was given. Never throws. */
  tell?(): void;
  /**
   * Has `heard` called when another page tells, and whenever something may have been changed, as while this page slept;
   * as long as the page lives. Never throws. With `hear`, phones also look at the storage each time that they show a code: a
   * storage that several pages share should have it, even if it never calls. Phones of one page hear of each other in any
   * case, if they have the same storage object.
   */
  hear?(heard: () => void): void;
}

/** Reading a QR code. */
export interface Scan {
  /** What the code says. Throws `scan-cancelled`, `scan-denied`, `scan-missing` or `scan-failed`. */
  scan(): Promise<string>;
}

/** Where the device is. It stays on the phone: the package sends it nowhere. */
export interface Position {
  /** Degrees, east positive. */
  longitude: number;
  /** Degrees, north positive. */
  latitude: number;
  /** Metres. */
  accuracy: number;
  /** Which coordinates these are; those of Chinese map services are shifted. */
  system: "wgs84" | "gcj02";
}

/** Finding the device. */
export interface Location {
  /** Throws `location-denied`, `location-off` or `location-missing`. */
  where(): Promise<Position>;
}

/** What a request asks for. */
export interface NetworkRequest {
  url: string;
  /** With it, the request is a POST. */
  body?: Uint8Array;
  /** The type of the body. */
  type?: string;
}

/** What a server answered. */
export interface NetworkAnswer {
  /** The HTTP status. */
  status: number;
  body: Uint8Array;
}

/** Requests over HTTPS, without cookies or a referrer. */
export interface Network {
  /** Throws `network-unreachable` or `network-not-allowed`; any answer of a server is an answer. */
  ask(request: NetworkRequest): Promise<NetworkAnswer>;
}

/** The screen while a code is shown. */
export interface Screen {
  /** Bright and awake, or as it was before. Does nothing where the host has no such thing; never throws. */
  bright(wanted: boolean): Promise<void>;
}

/** What is drawn on: an `HTMLCanvasElement`, or the node of a mini-program's `<canvas type="2d">`. */
export interface Surface {
  width: number;
  height: number;
  getContext(kind: "2d"): Pen | null;
}

/** As much of `CanvasRenderingContext2D` as a QR symbol needs. */
export interface Pen {
  fillStyle: unknown;
  fillRect(x: number, y: number, width: number, height: number): void;
}

/** A surface found in a page, with its size there. */
export interface FoundSurface {
  surface: Surface;
  /** Width in the page's pixels. */
  width: number;
  /** Pixels of the screen to one of the page. */
  ratio: number;
}

/** Finding what is drawn on. */
export interface Canvas {
  /**
   * The canvas that the selector finds. `within` is the mini-program's component or page (`this`), or a browser's
   * `Element` or `ShadowRoot`; without it, the current page. Throws `canvas-missing`.
   */
  find(selector: string, within?: object): Promise<FoundSurface>;
}

/** All that the package asks of a host. */
export interface Adaptors {
  random: Random;
  clock: Clock;
  storage: Storage;
  scan: Scan;
  location: Location;
  network: Network;
  screen: Screen;
  canvas: Canvas;
}
