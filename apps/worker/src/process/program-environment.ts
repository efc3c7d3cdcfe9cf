/** Variables that programs need to be found and to trust the certificates that the operator trusts. */
const inherited = ["PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "TZ"];

/** Returns the environment for programs that the worker starts. They inherit nothing else, least of all secrets. */
export function programEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    inherited.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
