// What a page imports: the library, and workers of the page to run it in.
export * from '../index.ts';
export { pageWorkers } from './page.ts';
