import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript
import { browserPath, withPage } from '../chromium.js';
import { predict, simulate } from '../library.ts';

interface Shown {
  config: unknown;
  train: number[];
  test: number[];
  trained?: number[];
  curves: string[];
  status: string;
  problem: string;
}

// biome-ignore lint/suspicious/noExplicitAny: a playwright page
type Page = any;

/** What the page shows, once its fine prediction has come. */
async function shown(page: Page): Promise<Shown> {
  await page.waitForFunction('globalThis.foretrain?.settled');
  return page.evaluate(`(() => {
    const { config, prediction, simulation } = globalThis.foretrain;
    const hidden = document.getElementById('problem').hidden;
    return {
      config,
      train: [...prediction.observables.trainError.values],
      test: [...prediction.observables.testError.values],
      trained: simulation && [...simulation.observables.testError.values],
      curves: [...document.querySelectorAll('#chart .curve')].map((curve) => curve.getAttribute('d')),
      status: document.getElementById('status').textContent,
      problem: hidden ? '' : document.getElementById('problem').textContent,
    };
  })()`);
}

/** Sets an input as a user does who drags or types. */
const set = (page: Page, id: string, value: string) =>
  page.evaluate(`(() => {
    const input = document.getElementById('${id}');
    input.value = '${value}';
    globalThis.foretrain.settled = false;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  })()`);

async function open<T>(work: (page: Page) => Promise<T>): Promise<T> {
  const complaints: string[] = [];
  const result = await withPage(async (page: Page, origin: string) => {
    page.on('console', (message: { type(): string; text(): string }) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error: Error) => complaints.push(error.message));
    await page.goto(`${origin}/examples/browser.html`);
    return work(page);
  });
  expect(complaints).toEqual([]);
  return result;
}

// Needs a Chromium: Debian's, or CHROMIUM_PATH.
describe.skipIf(!browserPath)('examples/browser.html in Chromium', () => {
  it('shows the bits that Node computes, and moves with a slider', async () => {
    await open(async (page) => {
      const before = await shown(page);
      expect(before.curves).toHaveLength(2);
      const { observables } = await predict(before.config);
      expect(before.test).toEqual([...observables.testError.values]);
      expect(before.train).toEqual([...observables.trainError.values]);

      await set(page, 'ratio-slider', '-1');
      const after = await shown(page);
      expect(after.curves).toHaveLength(2);
      for (const [i, curve] of after.curves.entries()) expect(curve).not.toBe(before.curves[i]);
      const moved = await predict(after.config);
      expect(after.test).toEqual([...moved.observables.testError.values]);
      expect(after.status).not.toBe(before.status);
    });
  });

  it('trains networks on a click and draws their means with error bars', async () => {
    await open(async (page) => {
      await shown(page);
      expect(await page.locator('#legend-trained').isVisible()).toBe(false);
      await page.click('#train');
      await page.waitForFunction('globalThis.foretrain.simulation');
      const { config, trained } = await shown(page);
      const { observables } = await simulate(config);
      expect(trained).toEqual([...observables.testError.values]);
      expect(await page.locator('#chart circle.mark').count()).toBe(32);
      expect(await page.locator('#chart .bar').count()).toBe(32);
      expect(await page.locator('#legend-trained').isVisible()).toBe(true);
    });
  });

  it('shows a ConfigError in its own words, marks the control, and recovers', async () => {
    await open(async (page) => {
      await shown(page);
      await page.fill('#noise', '-0.5');
      await page.waitForSelector('#problem:not([hidden])');
      expect(await page.textContent('#problem')).toMatch(/data\.noise\.variance: received -0\.25; expected/);
      expect(await page.getAttribute('#noise', 'aria-invalid')).toBe('true');
      expect(await page.isDisabled('#train')).toBe(true);
      await page.fill('#noise', '0.3');
      await page.waitForSelector('#problem', { state: 'hidden' });
      const { problem } = await shown(page);
      expect(problem).toBe('');
      expect(await page.getAttribute('#noise', 'aria-invalid')).toBe('false');
    });
  });

  it('says in words that training diverges, and that there is no chart yet', async () => {
    await open(async (page) => {
      await shown(page);
      await set(page, 'rate', '1e7');
      await shown(page);
      expect(await page.textContent('#chart')).toContain('The errors blow up: no values after step 1.');
      expect(await page.textContent('#status')).toMatch(/the learning rate is too large\. Lower it\./);
      const url = page.url().replace(/#.*/, '');
      await page.goto('about:blank');
      await page.goto(`${url}#rate=-3`);
      await page.waitForSelector('#problem:not([hidden])');
      expect(await page.textContent('#chart')).toBe('No chart yet: these settings cannot be run.');
      expect(await page.textContent('#status')).toContain('Nothing could be computed yet.');
    });
  });

  it('labels every control and fits a phone without scrolling sideways', async () => {
    await open(async (page) => {
      await page.setViewportSize({ width: 360, height: 740 });
      await shown(page);
      const unlabelled = await page.evaluate(`[...document.querySelectorAll('input')]
        .filter((input) => !input.labels?.length && !input.ariaLabel).map((input) => input.id)`);
      expect(unlabelled).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
      await page.focus('#noise-slider');
      const before = await page.inputValue('#noise');
      await page.keyboard.press('ArrowRight');
      expect(await page.inputValue('#noise')).not.toBe(before);
    });
  });
});
