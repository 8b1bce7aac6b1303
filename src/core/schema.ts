import type { Static, TSchema } from "typebox";

/** The one door to TypeBox: a definition made with it gives the type, the validation and the published document. */
export { Type } from "typebox";
export type { TSchema } from "typebox";

type DeepReadonly<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly DeepReadonly<Item>[]
    : { readonly [Name in keyof T]: DeepReadonly<T[Name]> };

/** The type of the values that a schema admits, readonly through and through. */
export type ValueOf<Schema extends TSchema> = DeepReadonly<Static<Schema>>;
