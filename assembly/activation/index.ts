// The activation kernels, gathered for the core. Each family keeps one index.
export { activate } from './dispatch';
