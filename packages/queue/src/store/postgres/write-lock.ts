/** The key of the lock that each transaction takes first, so that one writes at a time: "dwld" and its number. */
export const writeLock = "1685548132, 1";
