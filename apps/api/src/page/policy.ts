/** On every answer to a browser: it is what it says it is, names nobody, and belongs to pages of this server alone. */
export const everywhere = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;

/** The document runs and loads what comes from here, and nothing else; so does its service worker, whose script brings its own policy. */
const ofPage = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types dwld",
].join("; ");

/** Denies the page what it does not use, so that a script that gets into it has none of it either. */
const permissions = [
  "accelerometer",
  "camera",
  "display-capture",
  "geolocation",
  "gyroscope",
  "hid",
  "microphone",
  "midi",
  "payment",
  "serial",
  "usb",
]
  .map((name) => `${name}=()`)
  .join(", ");

export const pageHeaders = {
  ...everywhere,
  "content-security-policy": ofPage,
  "permissions-policy": permissions,
} as const;

/** For the welcome, which loads and runs nothing. */
export const welcomeHeaders = {
  ...everywhere,
  "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
} as const;
