/** Stands in renderer/index.html wherever a document's style nonce belongs. */
export const NONCE_PLACEHOLDER = '__STRATA_NONCE__'

/**
 * What a document of ours may load: nothing but its own shell's files.
 * Style elements need the nonce because the component libraries make theirs at run time; scripts never do.
 * @param connectSources where the page may connect to, besides its own origin
 */
export function contentPolicy(nonce: string, connectSources: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob: data:",
    "font-src 'self'",
    ['connect-src', "'self'", ...connectSources].join(' '),
    "worker-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ')
}

/** Sent with every answer of a shell, whatever it is. */
export const isolationHeaders: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), midi=(), payment=(), ' +
    'clipboard-read=(self), clipboard-write=(self), fullscreen=(self)',
}
