import type { NoAnswerReason } from '../ground/io.ts';

/** How a host was reached; times in milliseconds. Through a proxy only `date` and the whole time are known. */
export type Reach =
  | {
      readonly ok: true;
      /** How many addresses the name has; 0 through a proxy, which looks it up itself. */
      readonly addresses: number;
      readonly tls?: Certificate & {
        /** `TLSv1.3` */
        readonly protocol: string;
        readonly authorized: true;
      };
      /** The `Date` header, RFC 9110 section 6.6.1, as it was sent. */
      readonly date?: string;
      readonly milliseconds: Milliseconds;
    }
  | {
      readonly ok: false;
      readonly reason: NoAnswerReason;
      /** A code or a plain phrase; never an address. */
      readonly detail: string;
      /** Of a certificate that is not accepted: who issued it tells an intercepting proxy or virus scanner. */
      readonly certificate?: Certificate;
      readonly milliseconds: Milliseconds;
    };

export interface Certificate {
  /** Its organization and common name, from outside: make it `printable` before it is shown. */
  readonly issuer: string;
  /** ISO 8601. */
  readonly validTo: string;
}

export interface Milliseconds {
  readonly lookup?: number;
  readonly connect?: number;
  readonly handshake?: number;
  readonly total: number;
}
