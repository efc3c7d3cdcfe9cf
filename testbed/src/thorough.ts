/** `make test THOROUGH=1`: also the cases for which others stand that were seen to behave alike. */
export const isThorough = process.env["THOROUGH"] !== undefined;
