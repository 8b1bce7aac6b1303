import type { FeatureWords } from "./feature-words.ts";

export const PORTUGUESE_FEATURES: FeatureWords = {};
