// The checked build: asserts compiled in, guard words behind every block. For tests and for hunting defects.
// The only file that uses @assemblyscript/loader, whose abort import names the message, file and line.
import { instantiateSync } from '@assemblyscript/loader';
import { Core } from './core.ts';

/** A core of the checked build from its bytes. A failed assert throws an Error with file, line and column. */
export function checkedCore(bytes: Uint8Array<ArrayBuffer>): Core {
  return new Core(instantiateSync(bytes, {}).instance, { guards: true });
}
