/** What programs need to be found, and to trust the certificates that the operator trusts. */
const passedOn = ["PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "TZ"];

/** The environment of yt-dlp and ffmpeg: nothing else of this process's is inherited, secrets least of all. */
export function programEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
