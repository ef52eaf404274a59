import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { renderPng } from '../../src/figure/png.ts';
import { command, temporaryFolder } from '../cli/stand-ins.ts';

vi.mock('@resvg/resvg-js', () => {
  throw new Error('not installed');
});

const quadratic = {
  theory: 'quadratic-networks',
  model: { widthRatio: 0.5 },
  data: { sampleRatio: 0.5, teacherWidthRatio: 0.3, noiseVariance: 0.5 },
  optimizer: { kind: 'stationary', weightDecay: 0.01 },
};

test('without the optional renderer the SVG is written alone, and every command that draws says so', async () => {
  expect(await renderPng('<svg xmlns="http://www.w3.org/2000/svg"/>')).toEqual({
    missing: '@resvg/resvg-js',
  });
  const path = temporaryFolder();
  writeFileSync(join(path, 'config.json'), JSON.stringify({ theory: 'finite-width' }));
  const { code, err } = await command('predict config.json --out results', path);
  expect(code).toBe(0);
  expect(err).toContain('No figure.png: @resvg/resvg-js is not installed.');
  expect(readdirSync(join(path, 'results')).sort()).toEqual([
    'figure.svg',
    'manifest.json',
    'series.csv',
    'series.json',
  ]);
  writeFileSync(join(path, 'quadratic.json'), JSON.stringify(quadratic));
  const axes = '--x kappa=0.2..1:2 --y alpha=0.2..1:2';
  const maps = await command(`phase quadratic.json ${axes} --out maps`, path);
  expect(maps.code).toBe(0);
  expect(maps.err).toContain('No figure-rank.png: @resvg/resvg-js is not installed.');
});
