/** A file's path below the destination's folder, if the configuration names no other. */
export const defaultPath = "{user_name}/{folder}/{name}";
