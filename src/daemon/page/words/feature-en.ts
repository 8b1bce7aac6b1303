import type { FeatureWords } from "./feature-words.ts";

export const ENGLISH_FEATURES: FeatureWords = {};
