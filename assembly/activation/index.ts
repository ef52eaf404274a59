
export { activate } from './dispatch';
