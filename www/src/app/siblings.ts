/** Other open pages of this site: what one stores, the others must not write over with what they remember. */

type News = "stored" | "forgotten";

const channel = new BroadcastChannel("healthcode");

/** Tells the other pages. */
export function tellSiblings(news: News): void {
  channel.postMessage(news);
}

/** Hears what other pages tell. */
export function hearSiblings(hear: (news: News) => void): void {
  channel.onmessage = ({ data }: MessageEvent<News>) => hear(data);
}
