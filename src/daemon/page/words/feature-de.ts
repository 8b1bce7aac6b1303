import type { FeatureWords } from "./feature-words.ts";

export const GERMAN_FEATURES: FeatureWords = {};
