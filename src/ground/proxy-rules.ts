/** The environment's proxies. Without one, requests are direct. */
export interface ProxyRules {
  /** `http://proxy.example:3128`, for https addresses. */
  readonly https?: string;
  /** The same, for http addresses. */
  readonly http?: string;
  /** Hosts that are reached directly, with their subdomains, on one port or on all. `*` means every host. */
  readonly exempt: readonly { readonly host: string; readonly port?: string }[];
}
