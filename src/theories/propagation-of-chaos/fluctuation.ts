// The law of the gap at first order in 1/m, without sampling: how every node answers to a unit mass added at every node, sector by
// sector, in step with the mean field: (F1), (F3), (F4), (F5), (F6). Refuses to know particles.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { gemv, skinnyTransposed } from '../../../bindings/linalg.ts';
import {
  advanceResponse,
  type ResponseBlocks,
  weightedSquares,
} from '../../../bindings/propagation-of-chaos.ts';
import { descentFactors, HessianAt, HessianIntegrals, type LocalHessian, stageShares } from './hessian.ts';
import { MeanField, type MeanFieldInput } from './mean-field.ts';
import { emptyModes, fillModes, type Modes, type Sector, sectorsOf } from './sectors.ts';

/** Columns of a tile: a tile of 800 rows, its stage and its sum stay in the second-level cache. */
const TILE = 32;

export interface Fluctuation {
  /** Ω_f. */
  readonly gap: number;
  /** Ω_Δ. */
  readonly displacement: number;
  /** Variance of √m(L_m − L). */
  readonly loss: number;
}

/** What a stage of a step needs of its overlaps, for one sector. */
interface StageTables {
  /** E, one row of N for each degree: holds A until the displacements are added. */
  readonly E: Block;
  /** What a displacement adds to E: degrees × rows. */
  readonly G: Block;
  /** What E does to displacements: degrees × rows. */
  readonly H: Block;
  /** What a displacement does to itself, by row. */
  readonly rate: Block;
  /** The columns of E of every tile. */
  readonly parts: readonly Block[];
}

/** One sector's state: rows are X of all nodes, then Z of all nodes; columns are the places of the unit mass, in tiles. */
interface SectorState {
  readonly sector: Sector;
  readonly modes: Modes;
  readonly rows: number;
  readonly tiles: readonly Tile[];
  readonly stages: readonly StageTables[];
  /** Weights of X² and Z² in Ω_Δ, by row. */
  readonly measure: Block;
}

interface Tile {
  readonly cols: number;
  readonly state: Block;
  readonly weights: Block;
}

/** Bytes of the state of a fluctuation law on `count` nodes, and multiply-adds of one step. */
export function fluctuationCost(
  sectors: readonly Sector[],
  count: number,
  stages: number,
): { bytes: number; work: number } {
  let doubles = 2 * 2 * count * TILE;
  let work = 0;
  for (const { j, degrees } of sectors) {
    const rows = j === 0 ? count : 2 * count;
    doubles += rows * (count + 1) + stages * (rows * (2 * degrees.length + 1) + degrees.length * count);
    work += stages * rows * count * (2 * degrees.length + 4);
  }
  return { bytes: 8 * doubles, work };
}

export class FluctuationLaw {
  readonly field: MeanField;
  readonly sectors: readonly Sector[];
  readonly hessian: HessianAt;
  readonly integrals: HessianIntegrals;
  readonly #core: Core;
  readonly #input: MeanFieldInput;
  readonly #count: number;
  readonly #states: readonly SectorState[];
  readonly #weights: Block;
  readonly #stage: Block;
  readonly #sum: Block;
  readonly #means: Block;

  /** Without `responses` only the mean field and its Hessians are followed. */
  constructor(core: Core, scope: Scope, input: MeanFieldInput, responses = true) {
    this.#core = core;
    this.#input = input;
    this.field = new MeanField(core, scope, input);
    const { nodes, weights } = this.field.law;
    const count = nodes.length;
    this.#count = count;
    this.hessian = new HessianAt(core, scope, input.inputDimension, input.links.degree, count);
    this.integrals = new HessianIntegrals(count);
    this.sectors = sectorsOf(this.field.potential);
    this.#weights = scope.from(weights);
    this.#stage = scope.f64(2 * count * TILE);
    this.#sum = scope.f64(2 * count * TILE);
    this.#means = scope.f64(2 * count);
    const stages = stageShares(input.kind, input.stepSize);
    this.#states = (responses ? this.sectors : []).map((sector) => {
      const { j, degrees, multiplicity, angular } = sector;
      const rows = j === 0 ? count : 2 * count;
      const measure = scope.f64(rows);
      for (let i = 0; i < rows; i++) {
        const weight = weights[i % count]! / multiplicity;
        measure.view[i] = i < count ? weight : angular * weight;
      }
      const firsts = Array.from({ length: Math.ceil(count / TILE) }, (_, tile) => tile * TILE);
      const tiles = firsts.map((first): Tile => {
        const cols = Math.min(TILE, count - first);
        return { cols, state: scope.f64(rows * cols), weights: this.#weights.at(first, cols) };
      });
      const tables = stages.map((): StageTables => {
        const E = scope.f64(degrees.length * count);
        const G = scope.f64(degrees.length * rows);
        const H = scope.f64(degrees.length * rows);
        return { E, G, H, rate: scope.f64(rows), parts: firsts.map((first) => E.at(first)) };
      });
      return { sector, modes: emptyModes(sector, count), rows, tiles, stages: tables, measure };
    });
  }

  /** One step of mean field and responses together. */
  advance(): void {
    const { kind, stepSize } = this.#input;
    const shares = stageShares(kind, stepSize);
    const forces = this.field.advance();
    const flow = kind === 'gradient-flow';
    const hessians = forces.map((force, s) => {
      const alpha = this.field.stages[s]!;
      const { slope, parallel, perpendicular } = this.hessian.at(alpha, force);
      const kept = {
        slope: slope.slice(),
        parallel: parallel.slice(),
        perpendicular: perpendicular.slice(),
      };
      this.integrals.add(alpha.view, kept, shares[s]!, !flow);
      return kept;
    });
    for (const state of this.#states) {
      if (flow) this.#flow(state, hessians);
      else this.#descend(state, hessians[0]!);
    }
  }

  /** Ω_f, Ω_Δ and the variance of the loss at the current time. */
  evaluate(): Fluctuation {
    const { moments, potential, nodes } = this.field;
    const { weights } = this.field.law;
    const count = this.#count;
    let gap = 0;
    let displacement = 0;
    let loss = 0;
    for (const state of this.#states) {
      const { sector, modes, tiles } = state;
      const tables = state.stages[0]!;
      fillModes(sector, nodes.alpha.view, modes);
      this.#fillSources(state, tables);
      tiles.forEach((tile, index) => {
        this.#project(state, tables, index, tile.state);
      });
      const E = tables.E.view;
      const { degrees, strengths } = sector;
      const sources = new Float64Array(count);
      degrees.forEach((l, row) => {
        const mode = E.subarray(row * count, (row + 1) * count);
        if (sector.j === 0) center(mode, weights);
        let square = 0;
        for (let q = 0; q < count; q++) square += weights[q]! * mode[q]! * mode[q]!;
        gap += strengths[row]! * square;
        if (sector.j > 0) return;
        const share = potential.lambda[l]! * moments[l]! - potential.kappa[l]!;
        for (let q = 0; q < count; q++) sources[q]! += share * mode[q]!;
      });
      if (sector.j === 0) for (let q = 0; q < count; q++) loss += weights[q]! * sources[q]! * sources[q]!;
      displacement += this.#displacement(state);
    }
    return { gap, displacement, loss };
  }

  #displacement({ sector, rows, tiles, measure }: SectorState): number {
    let sum = 0;
    const means = new Float64Array(rows);
    for (const { cols, state, weights } of tiles) {
      sum += weightedSquares(this.#core, rows, cols, cols, state, measure, weights);
      if (sector.j > 0) continue;
      gemv(this.#core, state, rows, cols, cols, weights, this.#means);
      const part = this.#means.view;
      for (let i = 0; i < rows; i++) means[i]! += part[i]!;
    }
    // In sector 0 the mean over the places of the mass belongs to the mean field.
    if (sector.j === 0) for (let i = 0; i < rows; i++) sum -= measure.view[i]! * means[i]! * means[i]!;
    return Math.max(0, sum);
  }

  /** E = A and G, what the displacements of all nodes add to it, from the modes, (F3). */
  #fillSources({ sector, modes, rows }: SectorState, { E, G }: StageTables): void {
    const { degrees, multiplicity, angular } = sector;
    const { weights } = this.field.law;
    const count = this.#count;
    const to = G.view;
    for (let row = 0; row < degrees.length; row++) {
      for (let i = 0; i < count; i++) {
        const weight = weights[i]! / multiplicity;
        const at = row * count + i;
        to[row * rows + i] = weight * modes.along[at]!;
        if (rows > count) to[row * rows + count + i] = weight * angular * modes.across[at]!;
      }
    }
    E.set(modes.value);
  }

  /** E of a tile from A and the displacements `Y`, (F3). */
  #project({ sector, rows, tiles }: SectorState, { G, parts }: StageTables, tile: number, Y: Block): void {
    const { cols } = tiles[tile]!;
    const { length } = sector.degrees;
    skinnyTransposed(this.#core, Y, rows, cols, cols, G, rows, length, parts[tile]!, this.#count);
  }

  /** All tables of a stage; `factors` gives what multiplies force and displacement of a node. */
  #prepare(
    state: SectorState,
    stage: number,
    factors: (i: number) => { along: number; across: number; parallel: number; perpendicular: number },
  ): void {
    const { sector, modes, rows } = state;
    const { degrees, strengths } = sector;
    const tables = state.stages[stage]!;
    const count = this.#count;
    fillModes(sector, this.field.stages[stage]!.view, modes);
    this.#fillSources(state, tables);
    const force = tables.H.view;
    const rates = tables.rate.view;
    for (let i = 0; i < count; i++) {
      const { along, across, parallel, perpendicular } = factors(i);
      rates[i] = parallel;
      if (rows > count) rates[count + i] = perpendicular;
      for (let row = 0; row < degrees.length; row++) {
        const at = row * count + i;
        force[row * rows + i] = along * strengths[row]! * modes.along[at]!;
        if (rows > count) force[row * rows + count + i] = across * strengths[row]! * modes.across[at]!;
      }
    }
  }

  /** A Runge–Kutta step, (F4). A tile goes through all four stages before the next. */
  #flow(state: SectorState, hessians: readonly LocalHessian[]): void {
    const h = this.#input.stepSize;
    hessians.forEach(({ parallel, perpendicular }, stage) => {
      this.#prepare(state, stage, (i) => ({
        along: 1,
        across: 1,
        parallel: parallel[i]!,
        perpendicular: perpendicular[i]!,
      }));
    });
    const next = this.#stage;
    const sum = this.#sum;
    for (let tile = 0; tile < state.tiles.length; tile++) {
      const base = state.tiles[tile]!.state;
      this.#stageOf(state, 0, tile, { Y: base, base, next, accIn: base, accOut: sum }, 0.5 * h, h / 6);
      this.#stageOf(state, 1, tile, { Y: next, base, next, accIn: sum, accOut: sum }, 0.5 * h, h / 3);
      this.#stageOf(state, 2, tile, { Y: next, base, next, accIn: sum, accOut: sum }, h, h / 3);
      this.#stageOf(state, 3, tile, { Y: next, base, accIn: sum, accOut: base }, 0, h / 6);
    }
  }

  /** A descent step, (F5): what is added is the whole change of the displacements. */
  #descend(state: SectorState, { slope, parallel, perpendicular }: LocalHessian): void {
    const eta = this.#input.stepSize;
    const alpha = this.field.stages[0]!.view;
    this.#prepare(state, 0, (i) => {
      const step = descentFactors(alpha[i]!, slope[i]!, parallel[i]!, perpendicular[i]!, eta);
      return {
        along: eta / step.square,
        across: eta / Math.sqrt(step.square),
        parallel: step.parallel - 1,
        perpendicular: step.perpendicular - 1,
      };
    });
    for (let tile = 0; tile < state.tiles.length; tile++) {
      const Y = state.tiles[tile]!.state;
      this.#stageOf(state, 0, tile, { Y, base: Y, accIn: Y, accOut: Y }, 0, 1);
    }
  }

  #stageOf(
    state: SectorState,
    stage: number,
    tile: number,
    blocks: ResponseBlocks,
    c: number,
    a: number,
  ): void {
    const { sector, rows, tiles, stages } = state;
    const { cols } = tiles[tile]!;
    const tables = stages[stage]!;
    const { length } = sector.degrees;
    this.#project(state, tables, tile, blocks.Y);
    const E = tables.parts[tile]!;
    advanceResponse(
      this.#core,
      rows,
      cols,
      cols,
      length,
      tables.rate,
      tables.H,
      rows,
      E,
      this.#count,
      blocks,
      c,
      a,
    );
  }
}

/** Takes the weighted mean out. */
function center(values: Float64Array, weights: Float64Array): void {
  let mean = 0;
  for (let q = 0; q < values.length; q++) mean += weights[q]! * values[q]!;
  for (let q = 0; q < values.length; q++) values[q]! -= mean;
}
