// One solution of the equations of the steady state, as what follows from it takes it.

/** One solution of the equations. */
export interface Root {
  /** δ: standard deviation of the noise on the teacher. */
  readonly delta: number;
  /** τ: what is taken off the eigenvalues. */
  readonly tau: number;
  /** k̂: the integrated memory kernel. */
  readonly khat: number;
  readonly mse: number;
  readonly test: number;
  readonly train: number;
  /** Rank over d. */
  readonly rank: number;
  /** The rank that any λ > 0 would keep, over d: more than `rank` only where the teacher is recovered. */
  readonly keptRank: number;
  /** Tr Z / d. */
  readonly trace: number;
  readonly F: number;
  /** Eigenvalues of M above it are kept. */
  readonly cut: number;
  /** Density of M at the cut. */
  readonly densityAtCut: number;
  /** Whether the rank cuts, and not τ. */
  readonly cutActive: boolean;
  /** train/4 + λ Tr Z/d. */
  readonly energy: number;
  /** Ends of the support of M. */
  readonly support: readonly [number, number];
}
