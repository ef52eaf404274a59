// Prints the hashes of this runtime as JSON: node test/determinism/print.js
import * as library from '../../build/esm/index.js';
import { hashes } from './workload.js';

console.log(JSON.stringify(await hashes(library)));
