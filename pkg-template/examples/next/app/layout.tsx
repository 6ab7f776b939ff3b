import type { Metadata } from "next";
import type { ReactNode } from "react";
import "./style.css";

export const metadata: Metadata = { title: "健康码 · Health code", icons: "data:," };

export default function Layout({ children }: { children: ReactNode }) {
  // The language of whoever looks at it is known in the browser.
  return (
    <html lang="zh-Hans" suppressHydrationWarning>
      <body>{children}</body>
    </html>
  );
}
