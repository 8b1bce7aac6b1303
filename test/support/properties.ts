import fc from "fast-check";

// The same cases for every change, so that it is held up by what it broke; at a desk others each time find what was there before.
if (process.env["CI"] !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 1 });

export * from "fast-check";
export { default } from "fast-check";
