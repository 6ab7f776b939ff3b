// The components' part of the package; ../assemble.mjs calls it.
import { build } from "../generator/components.mjs";

export const assemble = ({ out }) => build(out);
