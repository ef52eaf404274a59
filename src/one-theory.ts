// What a page needs of one theory. The build makes one such entry per theory, `foretrain/theories/<name>`, by putting that
// theory in the place of their list (theories/list.ts).
export { compare, configSchema, estimateCost, predict, resultHash, simulate, width } from './index.ts';
