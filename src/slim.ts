// The library without a core inside: for runtimes that take a compiled WebAssembly.Module and refuse to compile bytes
// (edge workers). import core from 'foretrain/core.wasm'; useCore(core); then everything else as usual.
export { useCore } from '../bindings/load.ts';
export * from './index.ts';
