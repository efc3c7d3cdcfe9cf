/** `make test THOROUGH=1` runs further cases, which were seen to behave like others. */
export const isThorough = process.env["THOROUGH"] !== undefined;
