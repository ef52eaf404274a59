// The Node that bench/package.json pins, installed when it is missing. Both benches go on in it, so that their numbers belong together.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bench = fileURLToPath(new URL('..', import.meta.url));
const node = `${bench}node_modules/node/bin/node`;

/** Whether this process runs in it. */
export const inPinnedNode = () => existsSync(node) && process.execPath === realpathSync(node);

/** Installs the bench's packages where they are missing; its path. */
export function pinnedNode() {
  if (!existsSync(`${bench}node_modules`))
    execFileSync('npm', ['ci', '--prefix', bench], { stdio: 'inherit' });
  if (!existsSync(node)) throw new Error(`${node} is missing; remove bench/node_modules and run again.`);
  return node;
}

/** Runs the script of this process again in it, and ends as that does. */
export function goOnInPinnedNode() {
  const parameters = ['--disable-warning=ExperimentalWarning', ...process.argv.slice(1)];
  process.exit(spawnSync(pinnedNode(), parameters, { stdio: 'inherit' }).status ?? 1);
}
