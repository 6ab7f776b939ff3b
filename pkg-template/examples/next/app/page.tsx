import { HealthCode } from "./health-code";

/** Rendered on the server, with all that does not depend on who looks at it. */
export default function Page() {
  return (
    <main>
      <HealthCode />
    </main>
  );
}
