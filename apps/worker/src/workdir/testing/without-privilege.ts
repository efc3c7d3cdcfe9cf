/** The beginning of a command that runs a program of this user without root's right to read and write what is closed to its owner. */
export const withoutPrivilege: readonly string[] =
  process.geteuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"] : [];
