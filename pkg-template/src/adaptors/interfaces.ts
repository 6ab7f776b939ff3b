/**
 * What the package needs from a host. Each interface is small, so that an integrator can replace it:
 * `openPhone({ adaptors: { network: mine } })`. Whatever is left out is the host's own.
 *
 * An adaptor should only throw an `Error` with one of the codes in its description; anything else is passed on as it
 * is, or as `package-fault` with its message.
 */

/** Secure random bytes. */
export interface Random {
  /** That many bytes from a secure source, never anything predictable. Throws `random-missing`. */
  bytes(length: number): Promise<Uint8Array>;
}

/**
 * Ed25519 keys that the host keeps: it signs with them, and nobody can read them, not even this package. `owner` is a word
 * for the person whose keys they are; a key is named by its public half, 64 hexadecimal digits.
 */
export interface Keys {
  /**
   * Makes a key and returns its public half; `undefined` if the host cannot make or keep such keys. Throws `storage-full` or
   * `storage-unavailable`.
   */
  make(owner: string): Promise<string | undefined>;
  /** The signature, 64 bytes; `undefined` if the host does not have the key any more. Throws `storage-unavailable`. */
  sign(owner: string, key: string, bytes: Uint8Array): Promise<Uint8Array | undefined>;
  /** Removes all keys of the owner but these. Throws `storage-unavailable`. */
  keep(owner: string, keys: readonly string[]): Promise<void>;
}

/** The clock. */
export interface Clock {
  /** Milliseconds since 1970, as `Date.now()`. */
  now(): number;
  /** Milliseconds on a counter that setting the clock does not change, as `performance.now()`. */
  steady?(): number;
}

/** Texts by key; `undefined` is none. */
export interface StoredTexts {
  readonly [key: string]: string | undefined;
}

/**
 * Named texts that only this app on this device can read. A single `set` must be atomic: afterwards there is either
 * the old or the new value. Nothing else is required: the package splits its data into pieces, keeps two copies and
 * checks them.
 */
export interface Storage {
  /** The maximum number of characters of one value. */
  readonly most: number;
  /** The maximum number of characters of all values together. */
  readonly total: number;
  /** The value, if there is one. Throws `storage-unavailable`. */
  get(key: string): Promise<string | undefined>;
  /** Throws `storage-full` or `storage-unavailable`; the old value then remains. */
  set(key: string, value: string): Promise<void>;
  /** Removes the value, if there is one. Throws `storage-unavailable`. */
  remove(key: string): Promise<void>;
  /** All keys. Throws `storage-unavailable`. */
  keys(): Promise<string[]>;
  /** Runs `act` while no other page of this app does. */
  alone?<T>(act: () => Promise<T>): Promise<T>;
  /**
   * If every key of `expected` has that value, or none where it says `undefined`, makes all of `changes` as one, removing
   * where they say `undefined`, and returns true; otherwise changes nothing and returns false. With it no page undoes what
   * another has stored, with `alone` or without. A storage with `hear` but neither of the two is shared by taking turns,
   * which cannot keep out a page that was asleep for more than a quarter of a minute in the middle of its turn. Throws
   * `storage-full` or `storage-unavailable`.
   */
  swap?(expected: StoredTexts, changes: StoredTexts): Promise<boolean>;
  /** Notifies the other pages of this app of a change: each calls the function passed to its `hear`. Never throws. */
  tell?(): void;
  /**
   * For as long as the page lives, calls `heard` when another page notifies this one, and whenever something may have
   * changed, such as while this page was asleep. Never throws. With `hear`, phones also check the storage each time
   * they show a code, so a storage shared by several pages should have it even if it never calls. Phones on one page
   * with the same storage object are always notified.
   */
  hear?(heard: () => void): void;
}

/** Reading a QR code. */
export interface Scan {
  /** Whether this host can scan, as far as that is known before anybody tries; `false` where nothing should offer it. */
  readonly able?: boolean | undefined;
  /**
   * What the code says. A reader that sees several codes, or none that is `wanted`, scans on until there is one that is,
   * and throws `scan-two-codes` if there are two; hosts with a scanner of their own leave `wanted` out. Throws
   * `scan-cancelled`, `scan-denied`, `scan-missing`, `scan-busy`, `scan-lost`, `scan-insecure` or `scan-failed`.
   */
  scan(wanted?: (text: string) => boolean): Promise<string>;
  /**
   * Scans on and on, for a gate: calls `see` with the texts of all codes in each picture, until the returned function is called, or
   * until it calls `over` with why it ended by itself, with one of the codes above. Where it is left out, a gate scans one at a time.
   */
  watch?(see: (texts: string[]) => void, over: (problem: { code: string; message: string }) => void): () => void;
}

/** Where the device is. It stays on the phone: the package sends it nowhere. */
export interface Position {
  /** Degrees, east positive. */
  longitude: number;
  /** Degrees, north positive. */
  latitude: number;
  /** Metres. */
  accuracy: number;
  /** The coordinate system; coordinates of Chinese map services are shifted. */
  system: "wgs84" | "gcj02";
}

/** Locating the device. */
export interface Location {
  /** Throws `location-denied`, `location-off` or `location-missing`. */
  where(): Promise<Position>;
}

/** A request. */
export interface NetworkRequest {
  /** The whole address; a path alone, `/manifest`, on a page without `server`. */
  url: string;
  /** The body; if there is one, the request is a POST. */
  body?: Uint8Array;
  /** The media type of the body. */
  type?: string;
  /**
   * How many bytes of the response's body are taken; by default 8 MiB. Of a longer one none are needed, and of a refusal
   * no more than 2 KiB: cut it as early as the host can.
   */
  most?: number;
  /**
   * The SHA-256 of what is there already, in hexadecimal digits. It is sent as `If-None-Match: "…"`, and the server
   * answers 304 if it has the same bytes. It names them and nobody who has them. A host that cannot send it, or takes 304 for
   * a failure, leaves it out and gets the bytes again.
   */
  held?: string;
}

/** A server's response. */
export interface NetworkAnswer {
  /** The HTTP status. */
  status: number;
  /** The body; empty if it was `cut`. */
  body: Uint8Array;
  /** Whether the body was longer than `most`, and so is not here. */
  cut?: boolean | undefined;
  /** The value of a header by its lower-case name, if the host gives it: `date` and `age` are read. */
  header?(name: string): string | undefined;
}

/** Requests over HTTPS, without cookies or a referrer. */
export interface Network {
  /**
   * Throws `network-unreachable` or `network-not-allowed`; any response by a server is an answer, whatever its status.
   */
  ask(request: NetworkRequest): Promise<NetworkAnswer>;
}

/** The screen while a code is shown. */
export interface Screen {
  /** Makes the screen bright and keeps it on, or undoes that. Does nothing if the host cannot; never throws. */
  bright(wanted: boolean): Promise<void>;
}

/** A drawing surface: an `HTMLCanvasElement`, or the node of a mini-program's `<canvas type="2d">`. */
export interface Surface {
  /** In device pixels. */
  width: number;
  /** In device pixels. */
  height: number;
  /** What draws on it; `null` if something else does already. */
  getContext(kind: "2d"): Pen | null;
}

/** The part of `CanvasRenderingContext2D` that a QR symbol needs. */
export interface Pen {
  /** The colour, `#rrggbb`. */
  fillStyle: unknown;
  /** Fills a rectangle, in device pixels from the upper left corner. */
  fillRect(x: number, y: number, width: number, height: number): void;
}

/** A surface found in a page, with its size there. */
export interface FoundSurface {
  /** Where to draw. */
  surface: Surface;
  /** Width in CSS pixels. */
  width: number;
  /** Device pixels per CSS pixel. */
  ratio: number;
}

/** Finding a drawing surface. */
export interface Canvas {
  /**
   * The canvas that the selector finds. `within` is the mini-program's component or page (`this`), or a browser's
   * `Element` or `ShadowRoot`; without it, the current page. Throws `canvas-missing`.
   */
  find(selector: string, within?: object): Promise<FoundSurface>;
}

/** Everything the package needs from a host. */
export interface Adaptors {
  /** Secure random bytes, for keys and challenges. */
  random: Random;
  /**
   * Where it is left out, the package makes its keys of random bytes and stores them with everything else. A host's own
   * belong with its own storage: with another `storage` they are only used if they are passed beside it.
   */
  keys?: Keys | undefined;
  /** The device's clock. */
  clock: Clock;
  /** Where what a phone or a checkpoint knows is stored. */
  storage: Storage;
  /** The scanner of QR codes. */
  scan: Scan;
  /** Where the device is. */
  location: Location;
  /** Requests to the server. */
  network: Network;
  /** The screen, which is bright while a code is shown. */
  screen: Screen;
  /** Where a code is drawn. */
  canvas: Canvas;
}
