// The built command as a shell runs it: one real run, one interruption, one failure.
import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from './stand-ins.ts';

const BUILT = fileURLToPath(new URL('../../build/cli/foretrain.js', import.meta.url));

function run(parameters: string[], cwd: string): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BUILT, ...parameters], { cwd, maxBuffer: 1e8 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

const config = (steps: number, samples: number) => ({
  theory: 'finite-width',
  model: {
    inputDimension: 40,
    width: 2,
    activations: ['tanh'],
    initialization: { kind: 'gaussian', scale: 0.8 },
  },
  data: { sampleCount: 80, link: { kind: 'sin', frequency: 2 }, noise: { law: 'gaussian', variance: 0.09 } },
  optimizer: { learningRates: [0.4, 0.1], steps },
  prediction: { samples },
  seed: 'one',
});

test.runIf(existsSync(BUILT))(
  'a comparison prints one JSON document, and its manifest replays to the same bits',
  async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'config.json'), JSON.stringify(config(5, 512)));
    const { code, out } = await run(
      ['compare', 'config.json', '--json', '--out', 'results', '--workers', '2'],
      cwd,
    );
    expect(code).toBe(0);
    expect(JSON.parse(out).prediction.times).toEqual([0, 1, 2, 3, 4, 5]);
    const replay = await run(['replay', 'results/manifest.json', '--workers', '1'], cwd);
    expect(replay.out).toContain('Every bit of the results is the same.');
    expect(replay.code).toBe(0);
  },
);

test.runIf(existsSync(BUILT))(
  'Ctrl-C leaves what there is, marked as aborted, and exit code 130',
  async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'config.json'), JSON.stringify(config(60, 65536)));
    const child = spawn(
      process.execPath,
      [BUILT, 'predict', 'config.json', '--out', 'results', '--workers', '1'],
      { cwd },
    );
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    // The first word about progress comes when a quarter is done.
    child.stderr.once('data', () => child.kill('SIGINT'));
    expect(await ended).toBe(130);
    expect(JSON.parse(readFileSync(join(cwd, 'results/manifest.json'), 'utf8')).status).toBe('aborted');
  },
);

test.runIf(existsSync(BUILT))(
  'a mistake in the configuration ends with exit code 2 and says all of it',
  async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'config.json'), JSON.stringify({ ...config(0, 512), sede: 'x' }));
    const { code, err, out } = await run(['predict', 'config.json'], cwd);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/sede.*Did you mean "seed"/);
    expect(err).toMatch(/optimizer\.steps: received 0/);
  },
);

test.runIf(existsSync(BUILT))(
  'a reader that has gone (| head) is no failure, of standard output or of both streams, and the results are written',
  async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'config.json'), JSON.stringify(config(5, 512)));
    for (const closed of [['stdout'], ['stderr'], ['stdout', 'stderr']] as const) {
      const out = closed.join('-');
      const child = spawn(process.execPath, [BUILT, 'compare', 'config.json', '--out', out], { cwd });
      let said = '';
      child.stderr.on('data', (text) => {
        said += text;
      });
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      for (const stream of closed) child[stream].destroy();
      expect(await ended).toBe(0);
      expect(said).not.toContain('EPIPE');
      expect(existsSync(join(cwd, out, 'manifest.json'))).toBe(true);
    }
  },
);
