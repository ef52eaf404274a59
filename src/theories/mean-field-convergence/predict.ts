// What is known without training: certificates of a drawn network at its start, and curves by the mean-field limit where the
// samples are few, otherwise by the tangent kernel.

import { Activation } from '../../../assembly/abi.ts';
import { activateRow } from '../../../bindings/activation.ts';
import type { Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { gemm, gemmScratch } from '../../../bindings/linalg.ts';
import { elementary } from '../../../bindings/math.ts';
import type { ActivationSpec } from '../../numerics/activation.ts';
import type { Run } from '../../run.ts';
import { Recorder, type Trajectory } from '../../trajectory.ts';
import { type Certificate, CertificateGround, infiniteReluCertificate } from './certificates.ts';
import { type Cost, predictionCost } from './cost.ts';
import { tangentKernel } from './dual-kernel.ts';
import { buildEnsemble, type Ensemble } from './ensemble.ts';
import { Flow } from './flow.ts';
import { constantError, Gauge, outputRounding, testErrors } from './gauge.ts';
import { KernelFlow, type KernelOutputs } from './kernel-flow.ts';
import { spectrumOf } from './kernel-matrix.ts';
import { particleEnsemble, particleOutputs, particleTest } from './mean-field.ts';
import { evaluatorOf, nodesOf } from './method.ts';
import type { MeanFieldProblem } from './problem.ts';
import { rowPairs } from './row-pairs.ts';
import { scalingOf } from './scaling.ts';
import { certificatesOf } from './simulate.ts';
import { doublesOf } from './state.ts';
import { recordTimes, train, type Watch } from './train.ts';

export async function predictionTrajectory(
  core: Core,
  problem: MeanFieldProblem,
  replica: number,
  run: Run,
): Promise<Trajectory> {
  return core.withinAsync(async (scope) => {
    const ensemble = buildEnsemble(core, scope, problem, replica);
    const { test, labels, samples: n } = ensemble;
    const flow = new Flow(core, scope, ensemble);
    const loss = flow.evaluate();
    const start = startOf(core, problem, flow, ensemble, loss);
    const bound = (time: number) => 2 * loss * elementary(core, 'exp', -start.rate * time);
    const recorder = new Recorder();
    const work = predictionCost(problem);
    const final = {
      ...start.final,
      ...(test && { constantError: Float64Array.of(constantError(labels, test.labels)) }),
    };
    if (evaluatorOf(problem) === 'mean-field') {
      const notes: Record<string, number> = { ...start.notes };
      const status = await meanField(
        core,
        scope,
        problem,
        ensemble,
        run,
        work,
        `prediction ${replica + 1}`,
        (time, row) => recorder.add({ ...row, certifiedBound: bound(time) }),
        {
          ended(time: number) {
            notes.ended = time;
            recorder.settle();
          },
          stalled(time: number) {
            notes.stalled = time;
          },
        },
      );
      return recorder.finish(status, final, notes);
    }
    const rounding = test && outputRounding(ensemble);
    const { flowAt, smallest } = kernelOf(core, scope, problem, flow, ensemble);
    for (const time of recordTimes(problem)) {
      const outputs = flowAt(time);
      let square = 0;
      for (let a = 0; a < n; a++) square += squared(outputs.train[a]! - labels[a]!) / n;
      const kept = recorder.add({
        trainError: square,
        ...(test && testErrors(outputs.test!, test.labels, rounding!)),
        certifiedBound: bound(time),
      });
      if (!kept) return recorder.finish('diverged', final, start.notes);
      if (!(await run.advance(work.record, `prediction ${replica + 1}`)))
        return recorder.finish('aborted', final, start.notes);
    }
    return recorder.finish(
      'complete',
      { ...final, smallestKernelEigenvalue: Float64Array.of(smallest) },
      start.notes,
    );
  });
}

/** Certificates and spectra of the start. */
function startOf(core: Core, problem: MeanFieldProblem, flow: Flow, ensemble: Ensemble, loss: number) {
  const { samples: n, gram, activation, labels, scale } = ensemble;
  const ground = new CertificateGround(core, ensemble);
  const { schur, jacobian, frozen, rate, best, threshold } = certificatesOf(flow, ground, loss);
  const tangent = Math.max(0, spectrumOf(core, flow.K, n).smallest);
  const infinite =
    activation.kind === Activation.Relu && ground.smallest > 0 && scalingOf(problem).factor === 1
      ? infiniteReluCertificate(gram.copy(0, n * n), n, ground.smallest, scale, loss)
      : undefined;
  const { odd } = activation;
  const zeroAtZero = odd || problem.model.initialization.kind === 'symmetric';
  const one = (value: number) => Float64Array.of(value);
  const of = (name: string, certificate: Certificate | undefined) =>
    certificate && { [`${name}Rate`]: one(certificate.rate) };
  return {
    rate,
    final: {
      certifiedRate: one(rate),
      ...of('schur', schur),
      ...of('jacobian', jacobian),
      ...of('frozen', frozen),
      rateCeiling: one(Math.max(schur.ceiling, jacobian?.ceiling ?? 0, frozen?.ceiling ?? 0)),
      ...(threshold !== undefined && { thresholdScale: one(threshold) }),
      ...(infinite?.threshold !== undefined && { infiniteWidthThreshold: one(infinite.threshold) }),
      smallestGramEigenvalue: one(ground.smallest),
      largestGramEigenvalue: one(ground.largest),
      smallestTangentEigenvalue: one(tangent),
    },
    notes: {
      certificate: best,
      threshold: threshold ?? -1,
      smallestGram: ground.smallest,
      largestGram: ground.largest,
      ...rowPairs(gram.copy(0, n * n), labels, { odd, zeroAtZero }),
      largestLabel: labels.reduce((most, y) => Math.max(most, Math.abs(y)), 0),
    },
  };
}

/** The kernel of the prediction, and the gradient flow with it. */
function kernelOf(core: Core, scope: Scope, problem: MeanFieldProblem, flow: Flow, ensemble: Ensemble) {
  const { samples: n, labels, gram, test } = ensemble;
  const G = gram.copy(0, n * n);
  const cross = test?.cross.copy();
  let kernel: { train: Float64Array; cross?: Float64Array };
  let start: KernelOutputs | undefined;
  if (evaluatorOf(problem) === 'tangent-kernel') {
    const rest = test && cross && { cross, norms: test.norms };
    kernel = tangentKernel(
      core,
      problem.model.activation as ActivationSpec,
      scalingOf(problem).factor,
      G,
      n,
      rest,
    );
  } else {
    flow.tangentGram();
    kernel = { train: flow.K.copy(0, n * n), ...(test && { cross: initialCross(core, flow, ensemble) }) };
    start = {
      train: flow.residual.copy(0, n).map((zeta, a) => zeta + labels[a]!),
      ...(test && { test: flow.testOutputs(test) }),
    };
  }
  const smallest = spectrumOf(core, scope.from(kernel.train), n).smallest;
  const flowing = new KernelFlow(core, scope, kernel.train, kernel.cross, labels, start);
  return { flowAt: (time: number) => flowing.at(time), smallest: Math.max(0, smallest) };
}

/** (U U_tᵀ) ∘ σ'(H)ᵀ σ'(H_t)/m of (K4). */
function initialCross(
  core: Core,
  flow: Flow,
  { rows: m, samples: n, activation, test }: Ensemble,
): Float64Array {
  const count = test!.count;
  return core.within((scope) => {
    const values = scope.f64(m * count);
    const slopes = scope.f64(m * count);
    activateRow(core, activation, doublesOf(scope, test!.H), m * count, values, slopes);
    const out = scope.f64(n * count);
    const scratch = scope.f64(gemmScratch(core));
    gemm(
      core,
      true,
      false,
      n,
      count,
      m,
      doublesOf(scope, flow.slopes),
      n,
      slopes,
      count,
      out,
      count,
      false,
      scratch,
    );
    return out.copy().map((value, k) => (value / m) * test!.cross.view[k]!);
  });
}

/** The mean-field limit by particles, which the same flow moves. */
async function meanField(
  core: Core,
  scope: Scope,
  problem: MeanFieldProblem,
  ensemble: Ensemble,
  run: Run,
  work: Cost,
  stage: string,
  add: (time: number, row: Record<string, number | undefined>) => boolean,
  ends: Pick<Watch, 'ended' | 'stalled'>,
) {
  const { samples: n, labels, activation, gram, test } = ensemble;
  const { scale, factor } = scalingOf(problem);
  const G = gram.copy(0, n * n);
  const input = { activation, scale, factor, labels, gram: G };
  const flow = new Flow(core, scope, particleEnsemble(core, scope, input, nodesOf(problem)));
  const gauge = new Gauge(flow, scope);
  const seen = test && particleTest(core, scope, G, n, factor, test.cross.copy(), test.norms);
  const rounding = test && outputRounding(ensemble, flow.ensemble.rows);
  const watch = {
    ...ends,
    record(time: number, loss: number, slopes: Parameters<Gauge['read']>[2]) {
      const row = gauge.read(time, loss, slopes);
      return add(time, {
        ...row,
        ...(test && seen && testErrors(particleOutputs(flow, seen), test.labels, rounding!)),
      });
    },
  };
  return train(flow, scope, problem, watch, run, work, stage);
}

const squared = (x: number): number => x * x;
