import type { FeatureWords } from "./feature-words.ts";

export const SPANISH_FEATURES: FeatureWords = {};
