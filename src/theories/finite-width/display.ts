// How results of this theory are shown: the errors over the steps of gradient descent.
import type { Display } from '../../display.ts';
import { ERROR_WORDS, errorPanels } from '../../error-curves.ts';
import type { FiniteWidthProblem } from './problem.ts';

export const STEP_LABEL = 'gradient-descent step';

export const display: Display<FiniteWidthProblem> = {
  words: ERROR_WORDS,

  /** Also for the configuration of a fit, which has columns and rows in place of sizes. */
  settings({ model, data, optimizer }: Partial<FiniteWidthProblem>) {
    const { columns, rows } = { ...data } as { columns?: number; rows?: number };
    const inputs = model?.inputDimension ?? columns;
    const samples = data?.sampleCount ?? rows;
    const activations = model?.activations?.map((entry) => (typeof entry === 'object' ? entry.kind : entry));
    const rates = optimizer?.learningRates as readonly unknown[] | undefined;
    const shared =
      Array.isArray(rates) && rates.length <= 6 && rates.every((rate) => typeof rate === 'number');
    return [
      ...(inputs == null ? [] : [`${inputs} inputs`]),
      ...(samples == null ? [] : [`${samples} samples`]),
      ...(model?.width === undefined ? [] : [`width ${model.width}`]),
      ...(activations ? [activations.join(', ')] : []),
      ...(shared ? [`rates ${rates.join(', ')}`] : []),
    ];
  },

  charts(shown) {
    const panels = errorPanels(shown, STEP_LABEL);
    return panels.length > 0 ? [{ name: '', panels }] : [];
  },
};
