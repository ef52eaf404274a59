// The one generator of seedrandom that is used: no entropy, no Node crypto, plain IEEE arithmetic.
declare module 'seedrandom/lib/alea.js' {
  export default function alea(seed: string): { int32(): number };
}
