/** What `healthcode/issuer` has: signing, publishing and answering phones, in Node. */

import { issuerEngine } from "./engine/of-issuer.js";
import "./texts/common.js";

export { HealthcodeError } from "./failure.js";
export { init } from "./hosts/issuer-entry.js";
export { type HttpRequest, type HttpResponse, type Issuing, listener } from "./issuer/listener.js";
export {
  type CertificateRequest,
  type Certifying,
  type FileHeader,
  type Floor,
  type Moment,
  maskIdentity,
  newKey,
  openRequest,
  publicKey,
  type RiskRow,
  type RulesOf,
  rulesOf,
  type SecretKey,
  type SignedKind,
  signCertificate,
  signRiskTable,
  signRules,
  signTrustList,
  type TrustedKey,
  type TrustList,
} from "./issuer/signing.js";
export { type Published, publish, type Site, type SiteFile } from "./issuer/site.js";

/** Whether the engine runs: `wasm` once `init` is done. */
export const engine = (): "wasm" | "javascript" | undefined => issuerEngine.kind;
